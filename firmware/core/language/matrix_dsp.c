#include "matrix_dsp.h"

static uint64_t block_bytes(uint32_t depth, uint32_t group, uint8_t type) {
    switch (type) {
    case MCUAI_INT8:
        return group == 0 ? mcuai_dsp_int8_block(depth) : 0;
    case MCUAI_INT4:
        return group != 0 ? mcuai_dsp_int4_block(depth, group) : 0;
    default:
        return group != 0 && group % MCUAI_DSP_INT2_DEPTH == 0 ? mcuai_dsp_int2_block(depth) : 0;
    }
}

uint64_t mcuai_dsp_matrix_bytes(uint32_t rows, uint32_t depth, uint32_t group, uint8_t type) {
    return ((uint64_t)rows + MCUAI_DSP_ROWS - 1) / MCUAI_DSP_ROWS * block_bytes(depth, group, type);
}

static const uint8_t *block_of(const mcuai_matrix *matrix, uint32_t row) {
    return matrix->blob + (size_t)block_bytes(matrix->depth, matrix->group, matrix->layout->type) *
                              (row / MCUAI_DSP_ROWS);
}

mcuai_row_factor mcuai_dsp_factor(const mcuai_matrix *matrix, uint32_t row) {
    const uint8_t *factors = block_of(matrix, row + MCUAI_DSP_ROWS) - MCUAI_DSP_FACTORS;
    const int32_t *mantissas = (const void *)factors;
    const uint32_t lane = row % MCUAI_DSP_ROWS;
    const uint8_t exponent = factors[4 * MCUAI_DSP_ROWS + lane];
    return (mcuai_row_factor){mantissas[lane], (int8_t)(31 - exponent), {0}};
}

/* The half of a word in which element k of a step of four lies; a step has two words. */
static uint32_t half_at(const uint8_t *words, uint32_t k) {
    return *(const uint16_t *)(const void *)(words + k % 2 * 4 + k / 2 * 2);
}

void mcuai_dsp_read_int8(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                         mcuai_matrix_piece *piece) {
    const uint8_t *words = block_of(matrix, row) + 8 + row / 2 % 2 * 8;
    int8_t *weights = (int8_t *)piece->weight_buffer;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t k = first + i, half = half_at(words + k / 4 * 16, k % 4);
        /* p + 256 q: a negative p took one off the byte above. */
        weights[i] = (int8_t)(row % 2 ? (half >> 8) + (half >> 7 & 1) : half);
    }
    piece->weights = weights;
    piece->multipliers = NULL;
}

void mcuai_dsp_read_int4(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                         mcuai_matrix_piece *piece) {
    const uint32_t depth = mcuai_dsp_int4_depth(matrix->group), lane = row % MCUAI_DSP_ROWS;
    const uint8_t *block = block_of(matrix, row);
    int8_t *weights = (int8_t *)piece->weight_buffer;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t k = first + i, start = k - k % depth,
                       left = (matrix->depth - start + 7) & ~7u;
        const uint8_t *cell = block + (size_t)start / depth * (8 + 2 * depth);
        const uint32_t half = half_at(cell + 4 + k % depth / 4 * 8, k % 4);
        /* Those below the top are stored as w + 8, the top one in two's complement. */
        weights[i] = (int8_t)((int32_t)((half >> 4 * lane ^ (lane == 3 ? 8 : 0)) & 15) - 8);
        if (i % matrix->group == 0)
            piece->multiplier_buffer[i / matrix->group] =
                (int8_t)cell[4 + 2 * (left < depth ? left : depth) + lane];
    }
    piece->weights = weights;
    piece->multipliers = piece->multiplier_buffer;
}

void mcuai_dsp_read_int2(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                         mcuai_matrix_piece *piece) {
    const uint32_t lane = row % MCUAI_DSP_ROWS;
    const uint8_t *block = block_of(matrix, row);
    int8_t *weights = (int8_t *)piece->weight_buffer;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t k = first + i;
        const uint8_t *cell = block + (size_t)k / MCUAI_DSP_INT2_DEPTH * 20;
        const uint32_t bit = k % 2 * 8 + lane / 2 * 4 + k % 4 / 2 * 16 + lane % 2 * 14;
        const uint32_t code = cell[k % 16 / 4 * 4 + bit / 8 % 4] >> bit % 8 & 3;
        /* Odd rows have the lower two values' sign bit set: u - 2 in two's complement. */
        weights[i] = (int8_t)(2 * (int32_t)(code ^ (lane % 2 ? 2 : 0)) - 3);
        if (i % matrix->group == 0)
            piece->multiplier_buffer[i / matrix->group] = (int8_t)cell[16 + lane];
    }
    piece->weights = weights;
    piece->multipliers = piece->multiplier_buffer;
}
