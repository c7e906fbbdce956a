/* embedding: tokens int32 [T] and a matrix [V,W]; output int32 [T,W]; parameter group. A token
 * outside of the vocabulary counts as its nearest. docs/transformer-arithmetic.md, "Linear". */
#include "matrix.h"
#include "rows.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 1))
        return false;
    const mcuai_tensor *tokens = mcuai_node_input(node, 0), *matrix = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    return mcuai_is_rows(tokens, 1, (uint32_t)y->dims[2]) &&
           mcuai_matrix_ok(matrix, node->kernels, node->parameters[0]) &&
           mcuai_is_rows(y, y->dims[2], (uint32_t)matrix->dims[3]);
}

/* Row of the matrix in Q15.16. */
static void write_row(const mcuai_matrix *matrix, uint32_t row, int32_t *y) {
    uint32_t buffer[MCUAI_MATRIX_PIECE / 4];
    const mcuai_row_factor *factor = matrix->factors + row;
    const int8_t *multipliers = matrix->multipliers + (size_t)matrix->groups * row;
    for (uint32_t first = 0, count; first < matrix->depth; first += count) {
        count = mcuai_matrix_piece(matrix, first);
        const int8_t *weights = matrix->layout->read(matrix, row, first, count, buffer);
        for (uint32_t k = 0; k < count; k++) {
            const int32_t s = matrix->group ? multipliers[(first + k) / matrix->group] : 1;
            const int32_t value = mcuai_shift_left(weights[k] * s, 16);
            y[first + k] =
                mcuai_shift_round(mcuai_high_round(value, factor->mantissa), factor->exponent + 1);
        }
    }
}

static void evaluate(const mcuai_node *node) {
    const mcuai_matrix matrix =
        mcuai_matrix_of(mcuai_node_input(node, 1), node->kernels, node->parameters[0]);
    const int32_t *tokens = mcuai_node_input(node, 0)->data, last = (int32_t)matrix.rows - 1;
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++)
        write_row(&matrix, (uint32_t)mcuai_clamp(tokens[row], 0, last),
                  mcuai_row_at(mcuai_node_output(node, 0), row));
}

#define EMBEDDING(NAME, LAYOUT, WEIGHTS)                                                           \
    const mcuai_operator mcuai_operator_embedding_##NAME = {                                       \
        MCUAI_EMBEDDING, LAYOUT, WEIGHTS, check, evaluate, &mcuai_matrix_##NAME}

EMBEDDING(rows_int8, MCUAI_LAYOUT_ROWS, MCUAI_INT8);
EMBEDDING(rows_int4, MCUAI_LAYOUT_ROWS, MCUAI_INT4);
EMBEDDING(rows_int2, MCUAI_LAYOUT_ROWS, MCUAI_INT2);
