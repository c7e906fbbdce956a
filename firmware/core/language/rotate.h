/* Turning of pairs. docs/transformer-arithmetic.md, "Rotary position". */
#ifndef MCUAI_LANGUAGE_ROTATE_H
#define MCUAI_LANGUAGE_ROTATE_H

#include "arithmetic.h"

/* (sum + 2^29) / 2^30. Sums wrap, as numbers that are no cosine and sine can make them. */
static inline int32_t mcuai_rotated(uint64_t sum) {
    return mcuai_saturate((int64_t)(sum + (UINT64_C(1) << 29)) >> 30);
}

static inline void mcuai_rotate_pair(const int32_t *x, const int32_t *angle, int32_t *y) {
    const int64_t a = x[0], b = x[1], c = angle[0], s = angle[1];
    y[0] = mcuai_rotated((uint64_t)(a * c) - (uint64_t)(b * s));
    y[1] = mcuai_rotated((uint64_t)(a * s) + (uint64_t)(b * c));
}

/* y[width] = the pairs of x turned by the angles' {cosine, sine}, Q30; y may be x. */
void mcuai_rotate(const int32_t *x, const int32_t *angles, uint32_t width, int32_t *y);

#endif
