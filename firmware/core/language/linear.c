/* linear: x int32 [T,B*K], a matrix [B*O,K] and an addend, int32 [T,B*O], or constant [B*O], or
 * absent; output int32 [T,B*O], which may be the addend; parameters group, left, B. Scratch: 2 * K
 * bytes, rounded up to a multiple of 16. docs/transformer-arithmetic.md, "Linear". */
#include "matrix.h"
#include "rows.h"

static bool addend_ok(const mcuai_tensor *addend, const mcuai_tensor *y) {
    return !addend->data || mcuai_is_rows(addend, y->dims[2], (uint32_t)y->dims[3]) ||
           mcuai_is_constant_vector(addend, MCUAI_INT32, y->dims[3]);
}

static bool check(const mcuai_node *node) {
    if (node->input_count != 3 || node->output_count != 1 || node->parameter_count != 3)
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *matrix = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters, blocks = p[2];
    return x->data && matrix->data && mcuai_matrix_ok(matrix, node->kernels, p[0]) &&
           mcuai_in_range(p[1], 0, 15) && blocks >= 1 && matrix->dims[2] % blocks == 0 &&
           mcuai_is_rows(x, y->dims[2], (uint64_t)(uint32_t)blocks * (uint32_t)matrix->dims[3]) &&
           mcuai_is_rows(y, y->dims[2], (uint32_t)matrix->dims[2]) &&
           addend_ok(mcuai_node_input(node, 2), y) &&
           node->scratch_bytes >= mcuai_round16(UINT64_C(2) * (uint32_t)matrix->dims[3]);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *addend = mcuai_node_input(node, 2);
    const int32_t *p = node->parameters;
    const mcuai_matrix matrix = mcuai_matrix_of(mcuai_node_input(node, 1), node->kernels, p[0]);
    const uint32_t blocks = (uint32_t)p[2], outputs = matrix.rows / blocks;
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        const int32_t *z =
            addend->data ? mcuai_row_at(addend, addend->dims[2] == 1 ? 0 : row) : NULL;
        for (uint32_t b = 0; b < blocks; b++) {
            const mcuai_vector input = mcuai_quantize8(mcuai_row_at(x, row) + b * matrix.depth,
                                                       matrix.depth, node->scratch);
            mcuai_multiply(&matrix, b * outputs, outputs, input, p[1], z ? z + b * outputs : NULL,
                           y + b * outputs);
        }
    }
}

#define LINEAR(NAME, LAYOUT, WEIGHTS)                                                              \
    const mcuai_operator mcuai_operator_linear_##NAME = {                                          \
        MCUAI_LINEAR, LAYOUT, WEIGHTS, check, evaluate, &mcuai_matrix_##NAME}

LINEAR(rows_int8, MCUAI_LAYOUT_ROWS, MCUAI_INT8);
LINEAR(rows_int4, MCUAI_LAYOUT_ROWS, MCUAI_INT4);
LINEAR(rows_int2, MCUAI_LAYOUT_ROWS, MCUAI_INT2);
