/* The rows layout of matrices (docs/pack-format.md, "Matrices of language models"), as every CPU
 * can read it. */
#ifndef MCUAI_LANGUAGE_MATRIX_ROWS_H
#define MCUAI_LANGUAGE_MATRIX_ROWS_H

#include "matrix.h"

/* Bytes of a row of weights. */
uint32_t mcuai_rows_pitch(uint32_t depth, uint8_t type);

/* Where a row's weights and multipliers are. */
const uint8_t *mcuai_rows_weights(const mcuai_matrix *matrix, uint32_t row);
const int8_t *mcuai_rows_multipliers(const mcuai_matrix *matrix, uint32_t row);

/* The members of mcuai_matrix_layout. */
uint64_t mcuai_rows_bytes(uint32_t rows, uint32_t depth, uint32_t group, uint8_t type);
mcuai_row_factor mcuai_rows_factor(const mcuai_matrix *matrix, uint32_t row);
void mcuai_rows_read_int8(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece);
void mcuai_rows_read_int4(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece);
void mcuai_rows_read_int2(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece);

/* The layout of a type with its kernels: a family's file replaces linear_rows.c. */
#define MCUAI_DEFINE_ROWS(NAME, TYPE, QUANTIZE, MULTIPLY)                                          \
    const mcuai_matrix_layout mcuai_matrix_rows_##NAME = {TYPE,                                    \
                                                          1,                                       \
                                                          0,                                       \
                                                          mcuai_rows_bytes,                        \
                                                          mcuai_matrix_vector_bytes,               \
                                                          mcuai_rows_factor,                       \
                                                          mcuai_rows_read_##NAME,                  \
                                                          QUANTIZE,                                \
                                                          MULTIPLY}

#endif
