#include "cache.h"

#include "../kernels/requantize.h"
#include "arithmetic.h"

void mcuai_append(const int32_t *x, uint32_t count, int32_t fraction, int8_t *line,
                  int16_t *scale) {
    const uint32_t greatest = mcuai_greatest_magnitude(x, count);
    const uint32_t unit = UINT32_C(2164392968) >> (22 - fraction); /* 2^(16 + fraction) / 127 */
    const uint32_t exact = (uint32_t)((uint64_t)greatest * unit >> 32) + 1;
    const uint32_t step = exact < INT16_MAX ? exact : INT16_MAX;
    const int32_t reciprocal = (int32_t)((UINT32_C(1) << 30) / step);
    for (uint32_t i = 0; i < count; i++) {
        const int32_t value = mcuai_shift_round(x[i], fraction - 8);
        const int32_t quotient = (mcuai_high_round(value, reciprocal) + 32) >> 6;
        line[i] = (int8_t)mcuai_clamp(quotient, -127, 127);
    }
    *scale = (int16_t)step;
}
