/* Root-mean-square norm: sums of squares have 64 bits in two registers. */
#include "../normalise.h"
#include "vectors.h"

/* Adds the squares of the numbers' upper halves once they are shifted to the left. */
static uint64_t add_squares(const int32_t *x, uint32_t count, int32_t left, uint64_t sum) {
    __asm__ volatile("wlstp.32 lr, %2, 2f\n"
                     "1: vldrw.u32 q0, [%0], #16\n"
                     "vshl.s32 q0, %3\n"
                     "vshr.s32 q0, q0, #16\n"
                     "vmlaldava.s32 %Q1, %R1, q0, q0\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+r"(x), "+r"(sum)
                     : "r"(count), "r"(left)
                     : "lr", "q0", "memory");
    return sum;
}

static void scale(const mcuai_norm *norm, const int32_t *x, int32_t left, mcuai_norm_scale scale,
                  int32_t *y) {
    const int16_t *gain = norm->gain;
    __asm__ volatile("wlstp.32 lr, %3, 2f\n"
                     "1: vldrw.u32 q0, [%0], #16\n"
                     "vshl.s32 q0, %4\n"
                     "vshr.s32 q0, q0, #16\n"
                     "vshl.i32 q0, q0, #15\n"
                     "vrmulh.s32 q0, q0, %q6\n"
                     "vldrh.s32 q1, [%1], #8\n"
                     "vshl.i32 q1, q1, #16\n"
                     "vrmulh.s32 q0, q0, q1\n"
                     "vqrshl.s32 q0, %5\n"
                     "vmax.s32 q0, q0, %q7\n"
                     "vstrw.32 q0, [%2], #16\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+r"(x), "+l"(gain), "+r"(y)
                     : "r"(norm->count), "r"(left), "r"(scale.shift),
                       "w"(vdupq_n_s32(scale.factor)), "w"(MCUAI_MVE_LEAST)
                     : "lr", "q0", "q1", "memory");
}

void mcuai_rms_normalise(const mcuai_norm *norm, const int32_t *x, int32_t *y) {
    const uint32_t greatest = mcuai_mve_greatest(x, norm->count);
    const int32_t left = mcuai_zeros(greatest) - 1;
    mcuai_norm_scale by = {0, 0};
    if (greatest)
        by = mcuai_norm_scale_of(
            norm, add_squares(x, norm->count, left, mcuai_norm_epsilon(norm->epsilon, left + 1)));
    scale(norm, x, left, by, y);
}
