/* slice: x of any type with whole elements; output of the same type; parameters begin0..begin3,
 * stride0..stride3 of the dims aligned to the right. Strides are not 0 and may be negative; sizes
 * are the output's. */
#include "blocks.h"

static bool axis_ok(int32_t in, int32_t out, int32_t begin, int32_t stride) {
    const int64_t last = begin + (int64_t)(out - 1) * stride;
    return stride != 0 && mcuai_in_range(begin, 0, in - 1) && 0 <= last && last < in;
}

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 1, 1, 2 * MCUAI_MAX_RANK))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const int32_t *begin = node->parameters, *stride = begin + MCUAI_MAX_RANK;
    for (int i = 0; i < MCUAI_MAX_RANK; i++)
        if (!axis_ok(x->dims[i], y->dims[i], begin[i], stride[i]))
            return false;
    return x->type == y->type && mcuai_plain(x) && mcuai_plain(y);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const int32_t *begin = node->parameters, *stride = begin + MCUAI_MAX_RANK;
    mcuai_block block = {.from = x->data, .to = y->data, .width = mcuai_width(x)};
    mcuai_byte_strides(x, block.from_strides);
    mcuai_byte_strides(y, block.to_strides);
    for (int i = 0; i < MCUAI_MAX_RANK; i++) {
        block.dims[i] = y->dims[i];
        block.from += begin[i] * block.from_strides[i];
        /* along a dim of one element the stride may be too large to multiply */
        block.from_strides[i] = y->dims[i] > 1 ? stride[i] * block.from_strides[i] : block.width;
    }
    mcuai_move_block(&block);
}

const mcuai_operator mcuai_operator_slice = {MCUAI_SLICE, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                             check,       evaluate,         NULL};
