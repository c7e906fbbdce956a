/* pad: x of any type with whole elements; output of the same type; parameters before0..before3 of
 * the dims aligned to the right, value. Padding after the last element follows from the output's
 * dims. */
#include "blocks.h"

#include <string.h>

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 1, 1, MCUAI_MAX_RANK + 1))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    for (int i = 0; i < MCUAI_MAX_RANK; i++)
        if (!mcuai_in_range(node->parameters[i], 0, y->dims[i] - 1) ||
            x->dims[i] > y->dims[i] - node->parameters[i])
            return false;
    return x->type == y->type && mcuai_plain(x) && mcuai_plain(y);
}

static void fill(const mcuai_tensor *y, uint32_t value) {
    uint8_t *p = y->data;
    const uint32_t last = (uint32_t)mcuai_width(y) - 1;
    if (last == 0) {
        memset(p, (int)(value & 0xFF), y->bytes);
        return;
    }
    for (uint32_t i = 0; i < y->bytes; i++)
        p[i] = (uint8_t)(value >> 8 * (i & last));
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    mcuai_block block = {.from = x->data, .to = y->data, .width = mcuai_width(x)};
    mcuai_byte_strides(x, block.from_strides);
    mcuai_byte_strides(y, block.to_strides);
    for (int i = 0; i < MCUAI_MAX_RANK; i++) {
        block.dims[i] = x->dims[i];
        block.to += node->parameters[i] * block.to_strides[i];
    }
    fill(y, (uint32_t)node->parameters[MCUAI_MAX_RANK]);
    mcuai_move_block(&block);
}

const mcuai_operator mcuai_operator_pad = {MCUAI_PAD, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                           check,     evaluate,         NULL};
