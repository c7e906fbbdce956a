/* swiglu: gate int32 [T,N] and up int32 [T,M]; output int32 [T,N], which may be the gate, and up
 * where M = N; parameter first, absent where M = N: up's numbers from there on count. */
#include "gate.h"
#include "rows.h"

static uint32_t first_of(const mcuai_node *node) {
    return node->parameter_count > 0 ? (uint32_t)node->parameters[0] : 0;
}

static bool check(const mcuai_node *node) {
    if (node->parameter_count > 1 || !mcuai_node_has(node, 2, 1, node->parameter_count))
        return false;
    const mcuai_tensor *up = mcuai_node_input(node, 1), *y = mcuai_node_output(node, 0);
    const int32_t rows = y->dims[2];
    const uint32_t width = (uint32_t)y->dims[3], wide = (uint32_t)up->dims[3];
    return mcuai_is_rows(mcuai_node_input(node, 0), rows, width) && mcuai_is_rows(up, rows, wide) &&
           mcuai_is_rows(y, rows, width) && wide >= width && first_of(node) <= wide - width &&
           (node->parameter_count > 0 || wide == width);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *up = mcuai_node_input(node, 1), *y = mcuai_node_output(node, 0);
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++)
        mcuai_swiglu(mcuai_row_at(mcuai_node_input(node, 0), row),
                     mcuai_row_at(up, row) + first_of(node), (uint32_t)y->dims[3],
                     mcuai_row_at(y, row));
}

const mcuai_operator mcuai_operator_swiglu = {MCUAI_SWIGLU, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                              check,        evaluate,         NULL};
