/* What the operators of language models for Cortex-M55 share. Loops are in assembly where GCC has
 * no predicated ones. */
#ifndef MCUAI_MVE_VECTORS_H
#define MCUAI_MVE_VECTORS_H

#include <arm_mve.h>

#include "../arithmetic.h"
#include "../functions.h"

/* The least result of operators. */
#define MCUAI_MVE_LEAST vdupq_n_s32(-INT32_MAX)

/* The greatest magnitude; -2^31 counts as 2^31 - 1. */
static inline uint32_t mcuai_mve_greatest(const int32_t *x, uint32_t count) {
    uint32_t greatest = 0;
    __asm__ volatile("wlstp.32 lr, %2, 2f\n"
                     "1: vldrw.u32 q0, [%0], #16\n"
                     "vmaxav.s32 %1, q0\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+r"(x), "+r"(greatest)
                     : "r"(count)
                     : "lr", "q0", "memory");
    return greatest > INT32_MAX ? INT32_MAX : greatest;
}

/* sums[i] as lanes. */
static inline int32x4_t mcuai_mve_lanes(int32_t a, int32_t b, int32_t c, int32_t d) {
    int32x4_t lanes;
    __asm__("vmov %q0[2], %q0[0], %1, %3\n"
            "vmov %q0[3], %q0[1], %2, %4"
            : "=&w"(lanes)
            : "r"(a), "r"(b), "r"(c), "r"(d));
    return lanes;
}

/* v * 2^n, saturated to +-(2^31 - 1) or rounded, halves upwards; n is within 8 bits. */
static inline int32x4_t mcuai_mve_shift_round(int32x4_t v, int32_t n) {
    return vmaxq_s32(vqrshlq_n_s32(v, n), MCUAI_MVE_LEAST);
}

/* mcuai_exp2 of z < 2^23. */
static inline int32x4_t mcuai_mve_exp2(int32x4_t z) {
    const uint32x4_t place = vshrq_n_u32(vshlq_n_u32((uint32x4_t)z, 16), 27);
    const int32x4_t rest = vandq_s32(z, vdupq_n_s32(2047));
    const int32x4_t line = vmlasq_n_s32(rest, vdupq_n_s32(-2809), INT32_C(1) << 28);
    const int32x4_t power = vldrwq_gather_shifted_offset_s32(mcuai_powers, place);
    return vshlq_s32(vmulhq_s32(power, line), vnegq_s32(vshrq_n_s32(z, 16)));
}

#endif
