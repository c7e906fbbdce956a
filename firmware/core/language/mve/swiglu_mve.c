/* The gated unit of feed-forward layers, four numbers at a time; their quotients one by one. */
#include "../gate.h"
#include "vectors.h"

/* Logistic function, Q15. */
static int32x4_t sigmoid(int32x4_t g) {
    const int32x4_t limited = vminq_s32(vqabsq_s32(g), vdupq_n_s32(INT32_C(1) << 21));
    const int32x4_t z = vshlq_n_s32(vmulhq_s32(limited, vdupq_n_s32(1549082005)), 2);
    const uint32x4_t p = vshrq_n_u32((uint32x4_t)mcuai_mve_exp2(z), 11); /* Q16 */
    const uint32x4_t above =
        vdupq_m_n_u32(vshlq_n_u32(p, 15), UINT32_C(1) << 31, vcmpgeq_n_s32(g, 0));
    const uint32x4_t below = vaddq_n_u32(p, UINT32_C(1) << 16);
    return mcuai_mve_lanes((int32_t)(above[0] / below[0]), (int32_t)(above[1] / below[1]),
                           (int32_t)(above[2] / below[2]), (int32_t)(above[3] / below[3]));
}

/* (g * s + 2^14) >> 15 of s in 0..2^15. */
static int32x4_t open(int32x4_t g, int32x4_t s) {
    const int32x4_t part = vqrdmulhq_s32(g, vshlq_n_s32(s, 16));
    return vpselq_s32(g, part, vcmpeqq_s32(s, vdupq_n_s32(INT32_C(1) << 15)));
}

/* (a * b + 2^15) >> 16, saturated: a product whose upper half exceeds 16 bits has no place for its
 * lower one. */
static int32x4_t multiply(int32x4_t a, int32x4_t b) {
    const int32x4_t high = vmulhq_s32(a, b);
    const int32x4_t low = (int32x4_t)vrshrq_n_u32((uint32x4_t)vmulq_s32(a, b), 16);
    const int32x4_t sum = vqaddq_s32(vqshlq_n_s32(high, 16), low);
    const int32x4_t least = MCUAI_MVE_LEAST;
    return vpselq_s32(least, vmaxq_s32(sum, least), vcmpltq_n_s32(high, -32768));
}

static int32x4_t swiglu(int32x4_t gate, int32x4_t up) {
    return multiply(open(gate, sigmoid(gate)), up);
}

void mcuai_swiglu(const int32_t *gate, const int32_t *up, uint32_t count, int32_t *y) {
    for (; count >= 4; count -= 4, gate += 4, up += 4, y += 4)
        vstrwq_s32(y, swiglu(vldrwq_s32(gate), vldrwq_s32(up)));
    const mve_pred16_t rest = vctp32q(count);
    if (count)
        vstrwq_p_s32(y, swiglu(vldrwq_z_s32(gate, rest), vldrwq_z_s32(up, rest)), rest);
}
