/* rotary: x int32 [T,B*2*F] and angles int32 [T,2*F]; output int32 [T,B*2*F], which may be x;
 * parameter B. docs/transformer-arithmetic.md, "Rotary position". */
#include "rotate.h"
#include "rows.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 1))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *angles = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const uint32_t width = (uint32_t)angles->dims[3];
    return node->parameters[0] >= 1 && width % 2 == 0 && mcuai_is_rows(angles, y->dims[2], width) &&
           mcuai_is_rows(x, y->dims[2], (uint64_t)(uint32_t)node->parameters[0] * width) &&
           mcuai_is_rows(y, y->dims[2], (uint32_t)x->dims[3]);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *angles = mcuai_node_input(node, 1);
    const uint32_t width = (uint32_t)angles->dims[3];
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        const int32_t *x = mcuai_row_at(mcuai_node_input(node, 0), row);
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        for (int32_t b = 0; b < node->parameters[0]; b++, x += width, y += width)
            mcuai_rotate(x, mcuai_row_at(angles, row), width, y);
    }
}

const mcuai_operator mcuai_operator_rotary = {MCUAI_ROTARY, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                              check,        evaluate,         NULL};
