/* Turning of pairs: VQRDMLSDH and VQRDMLADHX give the rounded upper halves of twice a c - b s and
 * a s + b c, and so those of doubled pairs have two bits less to lose. */
#include "../rotate.h"
#include "vectors.h"

/* Of numbers that can be doubled. */
static void rotate_doubled(const int32_t *x, const int32_t *angles, uint32_t width, int32_t *y) {
    __asm__ volatile("wlstp.32 lr, %3, 2f\n"
                     "1: vldrw.u32 q0, [%0], #16\n"
                     "vshl.i32 q0, q0, #1\n"
                     "vldrw.u32 q1, [%1], #16\n"
                     "vqrdmlsdh.s32 q2, q0, q1\n"
                     "vqrdmladhx.s32 q2, q0, q1\n"
                     "vmax.s32 q2, q2, %q4\n"
                     "vstrw.32 q2, [%2], #16\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+r"(x), "+r"(angles), "+r"(y)
                     : "r"(width), "w"(MCUAI_MVE_LEAST)
                     : "lr", "q0", "q1", "q2", "memory");
}

void mcuai_rotate(const int32_t *x, const int32_t *angles, uint32_t width, int32_t *y) {
    if (mcuai_mve_greatest(x, width) >> 30) {
        for (uint32_t i = 0; i < width; i += 2)
            mcuai_rotate_pair(x + i, angles + i, y + i);
    } else {
        rotate_doubled(x, angles, width, y);
    }
}
