#include "vector.h"

mcuai_vector mcuai_quantize8(const int32_t *x, uint32_t count, int16_t *numbers) {
    mcuai_vector vector = {numbers, {0, 0}, 0};
    const uint32_t greatest = mcuai_greatest_magnitude(x, count);
    if (greatest == 0) {
        for (uint32_t i = 0; i < count; i++)
            numbers[i] = 0;
        return vector;
    }
    const int32_t h = mcuai_zeros(greatest); /* at least 1 */
    const uint32_t top = ((greatest << h) - 1) / 65536 + 1;
    const int32_t reciprocal = (int32_t)((UINT32_C(127) << 24) / top << 14);
    for (uint32_t i = 0; i < count; i++) {
        const int32_t scaled = mcuai_shift_left(x[i], (uint32_t)h - 1);
        numbers[i] = (int16_t)((mcuai_high_round(scaled, reciprocal) + (INT32_C(1) << 20)) >> 21);
    }
    const uint32_t step = top * 33026; /* 2^22 / 127 */
    vector.scale.mantissa = (int32_t)(step >> 31 ? step >> 1 : step);
    vector.scale.exponent = (step >> 31 ? 10 : 9) - h;
    return vector;
}
