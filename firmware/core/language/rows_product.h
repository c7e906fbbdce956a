/* Products with matrices in the rows layout, four rows at once: what the kernels of families share.
 * Kernels go on step by step: a word of weights of each row, and two bytes of the vector for each
 * of its columns. */
#ifndef MCUAI_LANGUAGE_ROWS_PRODUCT_H
#define MCUAI_LANGUAGE_ROWS_PRODUCT_H

#include "matrix_rows.h"

#define MCUAI_ROWS_AT_ONCE 4

/* What a kernel works on: cells of columns that have one multiplier in each row. The order is that
 * of the assembly. */
typedef struct {
    const uint8_t *weights; /* of the first row */
    uint32_t pitch;         /* bytes from a row to the next */
    const uint32_t *x;
    uint32_t steps, cells; /* steps of a cell, 1 at least; cells, 1 at least */
    const int8_t *multipliers;
    uint32_t groups; /* bytes from a row's multipliers to those of the next */
    uint32_t repeat; /* cells that have the same multipliers */
} mcuai_rows_cells;

/* Adds the sums of four rows' cells times their multipliers to totals, modulo 2^32. */
typedef void mcuai_rows_kernel(const mcuai_rows_cells *cells, uint32_t *totals);

/* Kernels of a type. */
typedef struct {
    mcuai_rows_kernel *kernel;
    uint16_t most;    /* columns that a cell may have: 2^n steps */
    uint8_t columns;  /* of a step: 32 / bits */
    bool whole_words; /* whether the kernel reads weights at multiples of 4 only */
} mcuai_rows_family;

/* `multiply` of a layout by its kernel. In the order of the kernels' vectors, an INT2 step whose
 * last eight columns are beyond the row or group has half as many words, for the columns k and k
 * + 4. */
void mcuai_rows_multiply(const mcuai_matrix *matrix, uint32_t first, uint32_t count, mcuai_vector x,
                         int32_t left, const int32_t *addend, int32_t *y,
                         const mcuai_rows_family *family);

#define MCUAI_DEFINE_ROWS_MULTIPLY(NAME, FAMILY)                                                   \
    static void NAME(const mcuai_matrix *matrix, uint32_t first, uint32_t count, mcuai_vector x,   \
                     int32_t left, const int32_t *addend, int32_t *y) {                            \
        mcuai_rows_multiply(matrix, first, count, x, left, addend, y, FAMILY);                     \
    }

#endif
