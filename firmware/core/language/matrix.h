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
    uint32_t group;  /* elements of a group; 0: no groups */
    uint32_t groups; /* of a row */
    const uint8_t *blob;
} mcuai_matrix;

/* A piece of a row, and where it is unpacked to if it does not lie ready. */
typedef struct {
    const int8_t *weights;
    const int8_t *multipliers; /* of the groups in it */
    uint32_t weight_buffer[MCUAI_MATRIX_PIECE / 4];
    int8_t multiplier_buffer[MCUAI_MATRIX_PIECE / 8];
} mcuai_matrix_piece;

/* How matrices of one layout and type are read. */
typedef struct mcuai_matrix_layout {
    uint8_t type;  /* mcuai_type of weights */
    uint8_t block; /* rows that lie together: kernels begin at multiples of it */
    uint8_t left;  /* the least `left` of products */
    /* Of a blob; 0 where the layout has no such matrices. */
    uint64_t (*bytes)(uint32_t rows, uint32_t depth, uint32_t group, uint8_t type);
    /* That a quantized vector takes. */
    uint64_t (*vector_bytes)(uint32_t depth, uint32_t group);
    mcuai_row_factor (*factor)(const mcuai_matrix *matrix, uint32_t row);
    /* `count` weights of a row from `first` on, a multiple of 8 and the beginning of a group. */
    void (*read)(const mcuai_matrix *matrix, uint32_t row, uint32_t first, uint32_t count,
                 mcuai_matrix_piece *piece);
    /* Quantizes x[depth] to vector_bytes of memory, in the order of these kernels. */
    mcuai_vector (*quantize)(const mcuai_matrix *matrix, const int32_t *x, void *memory);
    /* Linear of rows first..first+count-1: y[i] = row first + i times x, plus addend[i] unless the
     * addend, which may be y, is null. */
    void (*multiply)(const mcuai_matrix *matrix, uint32_t first, uint32_t count, mcuai_vector x,
                     int32_t left, const int32_t *addend, int32_t *y);
} mcuai_matrix_layout;

/* The kernels of an operator: null after the last. */
typedef const mcuai_matrix_layout *const mcuai_matrix_layouts[];

extern const mcuai_matrix_layout mcuai_matrix_rows_int8, mcuai_matrix_rows_int4,
    mcuai_matrix_rows_int2;

/* The layout of a type among the operator's; null if it has none. */
const mcuai_matrix_layout *mcuai_matrix_layout_of(const mcuai_node *node, uint8_t type);

/* Whether the tensor, whose data may be missing, is a whole matrix of this layout, which may be
 * null.
 */
bool mcuai_matrix_ok(const mcuai_tensor *tensor, const mcuai_matrix_layout *layout, int32_t group);

mcuai_matrix mcuai_matrix_of(const mcuai_tensor *tensor, const mcuai_matrix_layout *layout,
                             int32_t group);

/* Weights in the piece that begins at `first`: whole groups, as many as a piece holds. */
uint32_t mcuai_matrix_piece_length(const mcuai_matrix *matrix, uint32_t first);

/* A row's output of its sum, which wraps. */
static inline int32_t mcuai_matrix_output(uint32_t sum, mcuai_row_factor factor, mcuai_real scale,
                                          int32_t left) {
    const int32_t shifted = (int32_t)(sum << left);
    const int32_t product =
        mcuai_high_round(mcuai_high_round(shifted, factor.mantissa), scale.mantissa);
    return mcuai_shift_round(product, factor.exponent + scale.exponent + 18 - left);
}

/* quantize and multiply of layouts that are read piece by piece, on any CPU. */
uint64_t mcuai_matrix_vector_bytes(uint32_t depth, uint32_t group);
mcuai_vector mcuai_matrix_quantize(const mcuai_matrix *matrix, const int32_t *x, void *memory);
void mcuai_matrix_multiply(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                           mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y);

#endif
