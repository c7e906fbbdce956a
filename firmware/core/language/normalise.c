#include "normalise.h"

/* The 16 bits below the leading zeros that all numbers have. */
static int32_t top16(int32_t x, int32_t h) {
    return mcuai_shift_left(x, (uint32_t)h - 1) >> 16;
}

void mcuai_rms_normalise(const mcuai_norm *norm, const int32_t *x, int32_t *y) {
    const uint32_t greatest = mcuai_greatest_magnitude(x, norm->count);
    if (greatest == 0) {
        for (uint32_t i = 0; i < norm->count; i++)
            y[i] = 0;
        return;
    }
    const int32_t h = mcuai_zeros(greatest); /* at least 1, so that the sum is at least 2^28 */
    uint64_t sum = mcuai_norm_epsilon(norm->epsilon, h);
    for (uint32_t i = 0; i < norm->count; i++) {
        const int32_t v = top16(x[i], h);
        sum += (uint32_t)(v * v);
    }
    const mcuai_norm_scale scale = mcuai_norm_scale_of(norm, sum);
    for (uint32_t i = 0; i < norm->count; i++) {
        const int32_t v = mcuai_high_round(mcuai_shift_left(top16(x[i], h), 15), scale.factor);
        y[i] = mcuai_shift_round(mcuai_high_round(v, mcuai_shift_left(norm->gain[i], 16)),
                                 scale.shift);
    }
}
