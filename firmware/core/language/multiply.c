#include "matrix.h"
#include "rows.h"

uint64_t mcuai_matrix_vector_bytes(uint32_t depth, uint32_t group) {
    (void)group;
    return mcuai_round16(UINT64_C(2) * depth);
}

mcuai_vector mcuai_matrix_quantize(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    return mcuai_quantize8(x, matrix->depth, memory);
}

/* Row times x, modulo 2^32: the weights may be damaged. */
static uint32_t row_sum(const mcuai_matrix *matrix, uint32_t row, const int16_t *x) {
    mcuai_matrix_piece piece;
    const uint32_t group = matrix->group ? matrix->group : MCUAI_MATRIX_PIECE;
    uint32_t sum = 0;
    for (uint32_t first = 0, count; first < matrix->depth; first += count) {
        count = mcuai_matrix_piece_length(matrix, first);
        matrix->layout->read(matrix, row, first, count, &piece);
        const int8_t *multiplier = piece.multipliers;
        for (uint32_t k = 0; k < count; k += group) {
            const uint32_t length = count - k < group ? count - k : group;
            const uint32_t part = mcuai_dot(piece.weights + k, x + first + k, length);
            sum += matrix->group ? part * (uint32_t)*multiplier++ : part;
        }
    }
    return sum;
}

void mcuai_matrix_multiply(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                           mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    for (uint32_t i = 0; i < count; i++) {
        const int32_t value =
            mcuai_matrix_output(row_sum(matrix, first + i, x.numbers),
                                matrix->layout->factor(matrix, first + i), x.scale, left);
        y[i] = addend ? mcuai_add_saturated(addend[i], value) : value;
    }
}
