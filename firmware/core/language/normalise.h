/* Root-mean-square norm of a vector. docs/transformer-arithmetic.md, "Root-mean-square norm". */
#ifndef MCUAI_LANGUAGE_NORMALISE_H
#define MCUAI_LANGUAGE_NORMALISE_H

#include "arithmetic.h"

typedef struct {
    const int16_t *gain; /* [count] */
    uint32_t count;
    int32_t gain_exponent;
    mcuai_real root, epsilon; /* of count, and times count */
} mcuai_norm;

/* Epsilon in the unit of the sum of squares: of numbers that were shifted to the left by h - 1. */
static inline uint64_t mcuai_norm_epsilon(mcuai_real epsilon, int32_t h) {
    const int32_t shift = 2 * h + epsilon.exponent - 33; /* -95..29 */
    const uint64_t mantissa = (uint32_t)epsilon.mantissa;
    return shift >= 0 ? mantissa << shift : shift > -64 ? mantissa >> -shift : 0;
}

/* What numbers are multiplied with, and shifted by beside their gains. */
typedef struct {
    int32_t factor, shift;
} mcuai_norm_scale;

/* Of numbers whose squares have this sum, at least 2^28. */
mcuai_norm_scale mcuai_norm_scale_of(const mcuai_norm *norm, uint64_t sum);

/* y[count] = x normed, times the gain. */
void mcuai_rms_normalise(const mcuai_norm *norm, const int32_t *x, int32_t *y);

#endif
