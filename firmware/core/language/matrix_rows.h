/* The rows layout of matrices (docs/pack-format.md, "Matrices of language models"), for kernels
 * that read it in their own way. */
#ifndef MCUAI_LANGUAGE_MATRIX_ROWS_H
#define MCUAI_LANGUAGE_MATRIX_ROWS_H

#include "matrix.h"

/* Bytes of a row of weights. */
uint32_t mcuai_rows_pitch(uint32_t depth, uint8_t type);

/* Where the row's weights are; sets those of the multipliers of its groups from element `first` on.
 */
const uint8_t *mcuai_rows_open(const mcuai_matrix *matrix, uint32_t row, uint32_t first,
                               mcuai_matrix_piece *piece);

/* The members of mcuai_matrix_layout. */
uint64_t mcuai_rows_bytes(uint32_t rows, uint32_t depth, uint32_t group, uint8_t type);
mcuai_row_factor mcuai_rows_factor(const mcuai_matrix *matrix, uint32_t row);
void mcuai_rows_read_int8(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece);
void mcuai_rows_read_int4(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece);
void mcuai_rows_read_int2(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          mcuai_matrix_piece *piece);

#endif
