/* Matrices of language models (docs/pack-format.md): a factor for each row, multipliers for each
 * group of a row, and weights, which are read in pieces. */
#ifndef MCUAI_LANGUAGE_MATRIX_H
#define MCUAI_LANGUAGE_MATRIX_H

#include "../kernels/kernels.h"
#include "../src/operator.h"
#include "vector.h"

/* The factor of a row, mantissa * 2^(exponent - 31). */
typedef struct {
    int32_t mantissa;
    int8_t exponent;
    uint8_t zero[3];
} mcuai_row_factor;

#define MCUAI_MATRIX_PIECE 256 /* elements that are read at once, at most */

struct mcuai_matrix_layout;

typedef struct {
    const struct mcuai_matrix_layout *layout;
    uint32_t rows, depth;
    uint32_t group;                  /* elements of a group; 0: no groups */
    const mcuai_row_factor *factors; /* [rows] */
    const int8_t *multipliers;       /* [rows][groups] */
    uint32_t groups;                 /* of a row */
    const uint8_t *weights;          /* as the layout has them */
} mcuai_matrix;

/* How matrices of one layout and type are read. */
typedef struct mcuai_matrix_layout {
    uint8_t type; /* mcuai_type of weights */
    uint64_t (*bytes)(uint32_t rows, uint32_t depth, uint32_t group, uint8_t type); /* of a blob */
    void (*open)(mcuai_matrix *matrix, const void *blob); /* sets the pointers; the rest is set */
    /* `count` weights of a row from `first` on, a multiple of 8: in place, or unpacked to
     * `buffer`, which has room for a piece. */
    const int8_t *(*read)(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                          uint32_t *buffer);
} mcuai_matrix_layout;

extern const mcuai_matrix_layout mcuai_matrix_rows_int8, mcuai_matrix_rows_int4,
    mcuai_matrix_rows_int2;

/* Whether the tensor, whose data may be missing, is a whole matrix of this layout. */
bool mcuai_matrix_ok(const mcuai_tensor *tensor, const mcuai_matrix_layout *layout, int32_t group);

mcuai_matrix mcuai_matrix_of(const mcuai_tensor *tensor, const mcuai_matrix_layout *layout,
                             int32_t group);

/* Weights in the piece that begins at `first`: whole groups, as many as a piece holds. */
uint32_t mcuai_matrix_piece(const mcuai_matrix *matrix, uint32_t first);

/* Linear of rows first..first+count-1: y[i] = row first + i times x, plus addend[i] unless the
 * addend, which may be y, is null. */
void mcuai_multiply(const mcuai_matrix *matrix, uint32_t first, uint32_t count, mcuai_vector x,
                    int32_t left, const int32_t *addend, int32_t *y);

#endif
