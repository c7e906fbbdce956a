/* swiglu: gate int32 [T,N] and up int32 [T,N]; output int32 [T,N], which may be either. */
#include "gate.h"
#include "rows.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 0))
        return false;
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t rows = y->dims[2];
    const uint32_t width = (uint32_t)y->dims[3];
    return mcuai_is_rows(mcuai_node_input(node, 0), rows, width) &&
           mcuai_is_rows(mcuai_node_input(node, 1), rows, width) && mcuai_is_rows(y, rows, width);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    mcuai_swiglu(mcuai_node_input(node, 0)->data, mcuai_node_input(node, 1)->data,
                 mcuai_active_rows(node) * (uint32_t)y->dims[3], y->data);
}

const mcuai_operator mcuai_operator_swiglu = {MCUAI_SWIGLU, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                              check,        evaluate,         NULL};
