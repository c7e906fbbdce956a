#include "cache.h"

void mcuai_append(const int32_t *x, uint32_t count, int32_t fraction, int8_t *line,
                  int16_t *scale) {
    const mcuai_cache_scale own =
        mcuai_cache_scale_of(mcuai_greatest_magnitude(x, count), fraction);
    for (uint32_t i = 0; i < count; i++)
        line[i] = (int8_t)mcuai_cache_level(x[i], own);
    *scale = (int16_t)own.step;
}
