/* embedding: tokens int32 [T] and a matrix [V,W]; output int32 [T,W]; parameter group. A token
 * outside of the vocabulary counts as its nearest. docs/transformer-arithmetic.md, "Linear". */
#include "multiplying.h"
#include "rows.h"

static const mcuai_matrix_layout *layout_of(const mcuai_node *node) {
    return mcuai_matrix_layout_of(node, mcuai_node_input(node, 1)->type);
}

bool mcuai_embedding_check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 1))
        return false;
    const mcuai_tensor *tokens = mcuai_node_input(node, 0), *matrix = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    return mcuai_is_rows(tokens, 1, (uint32_t)y->dims[2]) &&
           mcuai_matrix_ok(matrix, layout_of(node), node->parameters[0]) &&
           mcuai_is_rows(y, y->dims[2], (uint32_t)matrix->dims[3]);
}

static void write_group(const int8_t *weights, uint32_t count, int32_t multiplier,
                        mcuai_row_factor factor, int32_t *y) {
    for (uint32_t k = 0; k < count; k++) {
        const int32_t value = mcuai_shift_left(weights[k] * multiplier, 16);
        y[k] = mcuai_shift_round(mcuai_high_round(value, factor.mantissa), factor.exponent + 1);
    }
}

void mcuai_embed_row(const mcuai_matrix *matrix, uint32_t row, int32_t *y) {
    mcuai_matrix_piece piece;
    const mcuai_row_factor factor = matrix->layout->factor(matrix, row);
    for (uint32_t first = 0, count; first < matrix->depth; first += count) {
        count = mcuai_matrix_piece_length(matrix, first);
        matrix->layout->read(matrix, row, first, count, &piece);
        const uint32_t group = matrix->group ? matrix->group : count;
        for (uint32_t k = 0; k < count; k += group) {
            const uint32_t end = count - k < group ? count : k + group;
            write_group(piece.weights + k, end - k, matrix->group ? piece.multipliers[k / group] : 1,
                        factor, y + first + k);
        }
    }
}

void mcuai_embedding_evaluate(const mcuai_node *node) {
    const mcuai_matrix matrix =
        mcuai_matrix_of(mcuai_node_input(node, 1), layout_of(node), node->parameters[0]);
    const int32_t *tokens = mcuai_node_input(node, 0)->data, last = (int32_t)matrix.rows - 1;
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++)
        mcuai_embed_row(&matrix, (uint32_t)mcuai_clamp(tokens[row], 0, last),
                        mcuai_row_at(mcuai_node_output(node, 0), row));
}
