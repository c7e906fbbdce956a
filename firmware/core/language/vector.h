/* Vectors for products: int8 numbers with a scale for each vector, widened to int16, which is how
 * kernels multiply them. docs/transformer-arithmetic.md, "Quantizing a vector". */
#ifndef MCUAI_LANGUAGE_VECTOR_H
#define MCUAI_LANGUAGE_VECTOR_H

#include "arithmetic.h"

typedef struct {
    const int16_t *numbers; /* in the order of the kernels that made it */
    mcuai_real scale;
    int32_t sum; /* what those kernels add to sums */
} mcuai_vector;

/* Quantizes x[count] to numbers[count], -127..127. */
mcuai_vector mcuai_quantize8(const int32_t *x, uint32_t count, int16_t *numbers);

/* Sum of weights[i] * x[i], modulo 2^32. */
uint32_t mcuai_dot(const int8_t *weights, const int16_t *x, uint32_t count);

#endif
