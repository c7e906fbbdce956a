/* embedding_pieces: tokens int32 [T]; output int32 [T,W]; parameters group, pieces, number of the
 * first piece's tensor. The pieces, matrices [P,W] of which only the last may have fewer rows, are
 * no inputs: the one that has the token's row is fetched. A token outside of the vocabulary counts
 * as its nearest. docs/transformer-arithmetic.md, "Linear". */
#include "multiplying.h"
#include "rows.h"

enum { GROUP, PIECES, FIRST, PARAMETERS };

/* Rows of all pieces; 0 where they do not fit the operator. */
static uint32_t vocabulary_of(const mcuai_node *node, int32_t width) {
    const int32_t *p = node->parameters;
    uint32_t rows = 0;
    int32_t each = 0, last = 0;
    for (int32_t i = 0; i < p[PIECES]; i++) {
        mcuai_tensor piece;
        if (!mcuai_constant_shape(node, (uint32_t)p[FIRST] + (uint32_t)i, &piece) ||
            !mcuai_matrix_ok(&piece, mcuai_matrix_layout_of(node, piece.type), p[GROUP]) ||
            piece.dims[3] != width || (i > 0 && last != each))
            return 0;
        each = i == 0 ? piece.dims[2] : each;
        last = piece.dims[2];
        rows += (uint32_t)last;
        if (last > each || rows > INT32_MAX)
            return 0;
    }
    return rows;
}

bool mcuai_embedding_pieces_check(const mcuai_node *node) {
    const int32_t *p = node->parameters;
    if (!mcuai_node_has(node, 1, 1, PARAMETERS) || !mcuai_in_range(p[PIECES], 1, UINT16_MAX) ||
        !mcuai_in_range(p[FIRST], 0, UINT16_MAX))
        return false;
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    return mcuai_is_rows(mcuai_node_input(node, 0), 1, (uint32_t)y->dims[2]) &&
           mcuai_is_rows(y, y->dims[2], (uint32_t)y->dims[3]) &&
           vocabulary_of(node, y->dims[3]) > 0;
}

static mcuai_status embed(const mcuai_node *node, int32_t token, int32_t *y) {
    const int32_t *p = node->parameters;
    const uint32_t first = (uint32_t)p[FIRST], last = (uint32_t)p[PIECES] - 1;
    mcuai_tensor piece;
    mcuai_constant_shape(node, first, &piece);
    const uint32_t each = (uint32_t)piece.dims[2], wanted = token < 0 ? 0 : (uint32_t)token;
    const uint32_t number = wanted / each < last ? wanted / each : last;
    mcuai_forget(node);
    const mcuai_status status = mcuai_constant(node, first + number, &piece);
    if (status != MCUAI_OK)
        return status;
    const mcuai_matrix matrix =
        mcuai_matrix_of(&piece, mcuai_matrix_layout_of(node, piece.type), p[GROUP]);
    const uint32_t row = wanted - number * each;
    mcuai_embed_row(&matrix, row < matrix.rows ? row : matrix.rows - 1, y);
    return MCUAI_OK;
}

void mcuai_embedding_pieces_evaluate(const mcuai_node *node) {
    const int32_t *tokens = mcuai_node_input(node, 0)->data;
    for (uint32_t row = node->resume ? *node->resume : 0; row < mcuai_active_rows(node); row++) {
        *node->status = embed(node, tokens[row], mcuai_row_at(mcuai_node_output(node, 0), row));
        if (*node->status != MCUAI_OK) {
            if (node->resume)
                *node->resume = row;
            return;
        }
    }
}
