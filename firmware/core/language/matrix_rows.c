/* The rows layout of matrices. */
#include "matrix_rows.h"

static uint32_t bits_of(uint8_t type) {
    return type == MCUAI_INT8 ? 8 : type == MCUAI_INT4 ? 4 : 2;
}

uint32_t mcuai_rows_pitch(uint32_t depth, uint8_t type) {
    return (uint32_t)(((uint64_t)depth * bits_of(type) + 7) / 8);
}

static uint32_t groups_of(uint32_t depth, uint32_t group) {
    return group ? (depth + group - 1) / group : 0;
}

static uint64_t multiplier_bytes(uint32_t rows, uint32_t groups) {
    return ((uint64_t)rows * groups + 3) / 4 * 4;
}

uint64_t mcuai_rows_bytes(uint32_t rows, uint32_t depth, uint32_t group, uint8_t type) {
    return (uint64_t)rows * sizeof(mcuai_row_factor) +
           multiplier_bytes(rows, groups_of(depth, group)) +
           (uint64_t)rows * mcuai_rows_pitch(depth, type);
}

mcuai_row_factor mcuai_rows_factor(const mcuai_matrix *matrix, uint32_t row) {
    return ((const mcuai_row_factor *)(const void *)matrix->blob)[row];
}

const uint8_t *mcuai_rows_open(const mcuai_matrix *matrix, uint32_t row, uint32_t first,
                               mcuai_matrix_piece *piece) {
    const uint8_t *multipliers = matrix->blob + sizeof(mcuai_row_factor) * matrix->rows;
    const uint8_t *weights = multipliers + (size_t)multiplier_bytes(matrix->rows, matrix->groups);
    piece->multipliers = (const int8_t *)multipliers + (size_t)matrix->groups * row +
                         (matrix->group ? first / matrix->group : 0);
    return weights + (size_t)mcuai_rows_pitch(matrix->depth, matrix->layout->type) * row;
}

void mcuai_rows_read_int8(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece) {
    (void)count;
    piece->weights = (const int8_t *)mcuai_rows_open(matrix, row, first, piece) + first;
}

/* Two weights of 4 bits become bytes: the first one low. Each gets its sign from a subtraction that
 * the bit above keeps inside of the byte. */
static inline uint16_t pair(uint32_t byte) {
    const uint32_t nibbles = (byte | byte << 4) & 0x0F0F;
    return (uint16_t)((((nibbles ^ 0x0808) | 0x8080) - 0x0808) ^ 0x8080);
}

/* Four weights of 2 bits u become the bytes 2 u - 3, the first one low; 2 u + 125 does not leave a
 * byte. */
static inline uint32_t four(uint32_t byte) {
    const uint32_t halves = (byte | byte << 12) & 0x000F000F;
    const uint32_t fields = (halves | halves << 6) & 0x03030303;
    return (2 * fields + 0x7D7D7D7D) ^ 0x80808080;
}

/* Blocks of eight bytes, as in mcuai_dot; restrict, or compilers take the output for the input. */
static void unpack_int4(const uint8_t *restrict packed, uint32_t bytes, uint16_t *restrict out) {
    for (; bytes >= 8; bytes -= 8, packed += 8, out += 8)
        for (int i = 0; i < 8; i++)
            out[i] = pair(packed[i]);
    for (uint32_t i = 0; i < bytes; i++)
        out[i] = pair(packed[i]);
}

static void unpack_int2(const uint8_t *restrict packed, uint32_t bytes, uint32_t *restrict out) {
    for (; bytes >= 8; bytes -= 8, packed += 8, out += 8)
        for (int i = 0; i < 8; i++)
            out[i] = four(packed[i]);
    for (uint32_t i = 0; i < bytes; i++)
        out[i] = four(packed[i]);
}

/* The buffer is read as bytes: CPUs are little-endian. */
void mcuai_rows_read_int4(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece) {
    unpack_int4(mcuai_rows_open(matrix, row, first, piece) + first / 2, (count + 1) / 2,
                (uint16_t *)(void *)piece->weight_buffer);
    piece->weights = (const int8_t *)piece->weight_buffer;
}

void mcuai_rows_read_int2(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece) {
    unpack_int2(mcuai_rows_open(matrix, row, first, piece) + first / 4, (count + 3) / 4,
                piece->weight_buffer);
    piece->weights = (const int8_t *)piece->weight_buffer;
}

#define ROWS(NAME, TYPE)                                                                           \
    const mcuai_matrix_layout mcuai_matrix_rows_##NAME = {TYPE,                                    \
                                                          1,                                       \
                                                          0,                                       \
                                                          mcuai_rows_bytes,                        \
                                                          mcuai_matrix_vector_bytes,               \
                                                          mcuai_rows_factor,                       \
                                                          mcuai_rows_read_##NAME,                  \
                                                          mcuai_matrix_quantize,                   \
                                                          mcuai_matrix_multiply}

ROWS(int8, MCUAI_INT8);
ROWS(int4, MCUAI_INT4);
ROWS(int2, MCUAI_INT2);
