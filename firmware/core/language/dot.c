#include "vector.h"

/* Blocks of a fixed length are what compilers make vector instructions of. */
uint32_t mcuai_dot(const int8_t *weights, const int16_t *x, uint32_t count) {
    uint32_t sum = 0;
    for (; count >= 16; count -= 16, weights += 16, x += 16)
        for (int i = 0; i < 16; i++)
            sum += (uint32_t)(weights[i] * x[i]);
    for (uint32_t i = 0; i < count; i++)
        sum += (uint32_t)(weights[i] * x[i]);
    return sum;
}
