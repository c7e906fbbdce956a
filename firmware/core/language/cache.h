/* The cache of attention: int8 with a scale for each position and part of a line.
 * docs/transformer-arithmetic.md, "Attention". */
#ifndef MCUAI_LANGUAGE_CACHE_H
#define MCUAI_LANGUAGE_CACHE_H

#include "../kernels/requantize.h"
#include "arithmetic.h"

/* The scale of a part of a line, with so many bits of fraction, and how numbers are divided by it.
 */
typedef struct {
    int32_t step, reciprocal, left;
} mcuai_cache_scale;

static inline mcuai_cache_scale mcuai_cache_scale_of(uint32_t greatest, int32_t fraction) {
    const uint32_t unit = UINT32_C(2164392968) >> (22 - fraction); /* 2^(16 + fraction) / 127 */
    const uint32_t exact = (uint32_t)((uint64_t)greatest * unit >> 32) + 1;
    const uint32_t step = exact < INT16_MAX ? exact : INT16_MAX;
    return (mcuai_cache_scale){(int32_t)step, (int32_t)((UINT32_C(1) << 30) / step), fraction - 8};
}

/* -127..127 */
static inline int32_t mcuai_cache_level(int32_t x, mcuai_cache_scale scale) {
    const int32_t value = mcuai_shift_round(x, scale.left);
    return mcuai_clamp((mcuai_high_round(value, scale.reciprocal) + 32) >> 6, -127, 127);
}

/* Quantizes x[count] to line[count] with a scale of so many bits of fraction, 8..22. */
void mcuai_append(const int32_t *x, uint32_t count, int32_t fraction, int8_t *line, int16_t *scale);

#endif
