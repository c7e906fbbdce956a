/* transpose: x of any type with whole elements; output of the same type; parameters p0..p3: dim i
 * of the output is dim pi of x, both aligned to the right. */
#include "blocks.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 1, 1, MCUAI_MAX_RANK))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    uint32_t seen = 0;
    for (int i = 0; i < MCUAI_MAX_RANK; i++) {
        const int32_t axis = node->parameters[i];
        if (!mcuai_in_range(axis, 0, MCUAI_MAX_RANK - 1) || y->dims[i] != x->dims[axis])
            return false;
        seen |= UINT32_C(1) << axis;
    }
    return seen == 15 && x->type == y->type && mcuai_plain(x) && mcuai_plain(y);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    int32_t strides[MCUAI_MAX_RANK];
    mcuai_block block = {.from = x->data, .to = y->data, .width = mcuai_width(x)};
    mcuai_byte_strides(x, strides);
    mcuai_byte_strides(y, block.to_strides);
    for (int i = 0; i < MCUAI_MAX_RANK; i++) {
        block.dims[i] = y->dims[i];
        block.from_strides[i] = strides[node->parameters[i]];
    }
    mcuai_move_block(&block);
}

const mcuai_operator mcuai_operator_transpose = {
    MCUAI_TRANSPOSE, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, check, evaluate, NULL};
