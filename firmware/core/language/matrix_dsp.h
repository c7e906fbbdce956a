/* The dsp layout of matrices (docs/pack-format.md, "Matrices of language models"), as every CPU can
 * read it. Sizes in bytes. */
#ifndef MCUAI_LANGUAGE_MATRIX_DSP_H
#define MCUAI_LANGUAGE_MATRIX_DSP_H

#include "matrix.h"

#define MCUAI_DSP_ROWS       4  /* of a block */
#define MCUAI_DSP_FACTORS    20 /* at a block's end: mantissas, then 31 - exponent in a byte each */
#define MCUAI_DSP_INT2_DEPTH 16 /* elements of a cell */

/* Elements of an INT4 cell: all of a cell are of one group. */
static inline uint32_t mcuai_dsp_int4_depth(uint32_t group) {
    return group % 32 == 0 ? 32 : group % 16 == 0 ? 16 : 8;
}

/* Of a block of four rows. */
static inline uint64_t mcuai_dsp_int8_block(uint32_t depth) {
    return ((uint64_t)depth + 3) / 4 * 16 + 8 + MCUAI_DSP_FACTORS;
}

static inline uint64_t mcuai_dsp_int4_block(uint32_t depth, uint32_t group) {
    const uint32_t cell = mcuai_dsp_int4_depth(group);
    return ((uint64_t)depth + cell - 1) / cell * 8 + ((uint64_t)depth + 7) / 8 * 16 +
           MCUAI_DSP_FACTORS;
}

static inline uint64_t mcuai_dsp_int2_block(uint32_t depth) {
    return ((uint64_t)depth + 15) / 16 * 20 + MCUAI_DSP_FACTORS;
}

/* The members of mcuai_matrix_layout. */
uint64_t mcuai_dsp_matrix_bytes(uint32_t rows, uint32_t depth, uint32_t group, uint8_t type);
mcuai_row_factor mcuai_dsp_factor(const mcuai_matrix *matrix, uint32_t row);
void mcuai_dsp_read_int8(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                         mcuai_matrix_piece *piece);
void mcuai_dsp_read_int4(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                         mcuai_matrix_piece *piece);
void mcuai_dsp_read_int2(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                         mcuai_matrix_piece *piece);

#endif
