#include "matrix.h"

/* Row times x, modulo 2^32: the weights may be damaged. */
static uint32_t row_sum(const mcuai_matrix *matrix, uint32_t row, const int16_t *x) {
    uint32_t buffer[MCUAI_MATRIX_PIECE / 4];
    const uint32_t group = matrix->group ? matrix->group : MCUAI_MATRIX_PIECE;
    const int8_t *multiplier = matrix->multipliers + (size_t)matrix->groups * row;
    uint32_t sum = 0;
    for (uint32_t first = 0, count; first < matrix->depth; first += count) {
        count = mcuai_matrix_piece(matrix, first);
        const int8_t *weights = matrix->layout->read(matrix, row, first, count, buffer);
        for (uint32_t k = 0; k < count; k += group) {
            const uint32_t length = count - k < group ? count - k : group;
            const uint32_t part = mcuai_dot(weights + k, x + first + k, length);
            sum += matrix->group ? part * (uint32_t)*multiplier++ : part;
        }
    }
    return sum;
}

void mcuai_multiply(const mcuai_matrix *matrix, uint32_t first, uint32_t count, mcuai_vector x,
                    int32_t left, const int32_t *addend, int32_t *y) {
    const mcuai_row_factor *factor = matrix->factors + first;
    for (uint32_t i = 0; i < count; i++, factor++) {
        const int32_t sum = (int32_t)(row_sum(matrix, first + i, x.numbers) << left);
        const int32_t product =
            mcuai_high_round(mcuai_high_round(sum, factor->mantissa), x.scale.mantissa);
        const int32_t value =
            mcuai_shift_round(product, factor->exponent + x.scale.exponent + 18 - left);
        y[i] = addend ? mcuai_add_saturated(addend[i], value) : value;
    }
}
