/* linear: x int32 [T,B*K], a matrix [B*O,K] and an addend, int32 [T,B*O], or constant [B*O], or
 * absent; output int32 [T,B*O], which may be the addend; parameters group, left, B. Scratch: the
 * layout's vector_bytes. docs/transformer-arithmetic.md, "Linear". */
#include "multiplying.h"
#include "rows.h"

static bool addend_ok(const mcuai_tensor *addend, const mcuai_tensor *y) {
    return !addend->data || mcuai_is_rows(addend, y->dims[2], (uint32_t)y->dims[3]) ||
           mcuai_is_constant_vector(addend, MCUAI_INT32, y->dims[3]);
}

bool mcuai_linear_check(const mcuai_node *node) {
    if (node->input_count != 3 || node->output_count != 1 || node->parameter_count != 3)
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *matrix = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const mcuai_matrix_layout *layout = mcuai_matrix_layout_of(node, matrix->type);
    const int32_t *p = node->parameters, blocks = p[2];
    return x->data && matrix->data && mcuai_matrix_ok(matrix, layout, p[0]) &&
           mcuai_in_range(p[1], 0, 15) && blocks >= 1 && matrix->dims[2] % blocks == 0 &&
           (blocks == 1 || matrix->dims[2] / blocks % layout->block == 0) &&
           mcuai_is_rows(x, y->dims[2], (uint64_t)(uint32_t)blocks * (uint32_t)matrix->dims[3]) &&
           mcuai_is_rows(y, y->dims[2], (uint32_t)matrix->dims[2]) &&
           addend_ok(mcuai_node_input(node, 2), y) &&
           node->scratch_bytes >= layout->vector_bytes((uint32_t)matrix->dims[3], (uint32_t)p[0]);
}

void mcuai_linear_evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *addend = mcuai_node_input(node, 2);
    const int32_t *p = node->parameters;
    const mcuai_matrix_layout *layout =
        mcuai_matrix_layout_of(node, mcuai_node_input(node, 1)->type);
    const mcuai_matrix matrix = mcuai_matrix_of(mcuai_node_input(node, 1), layout, p[0]);
    const uint32_t blocks = (uint32_t)p[2], outputs = matrix.rows / blocks;
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        const int32_t *z =
            addend->data ? mcuai_row_at(addend, addend->dims[2] == 1 ? 0 : row) : NULL;
        for (uint32_t b = 0; b < blocks; b++) {
            const mcuai_vector input =
                layout->quantize(&matrix, mcuai_row_at(x, row) + b * matrix.depth, node->scratch);
            layout->multiply(&matrix, b * outputs, outputs, input, p[1], z ? z + b * outputs : NULL,
                             y + b * outputs);
        }
    }
}
