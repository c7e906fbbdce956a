/* concatenation: one or more inputs of one type with whole elements; output of the same type;
 * parameter axis, 0..3 of the dims aligned to the right. */
#include "elements.h"

#include <string.h>

static bool part_ok(const mcuai_tensor *part, const mcuai_tensor *y, int32_t axis) {
    for (int i = 0; i < MCUAI_MAX_RANK; i++)
        if (i != axis && part->dims[i] != y->dims[i])
            return false;
    return part->type == y->type && mcuai_plain(part);
}

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, node->input_count, 1, 1) || node->input_count == 0)
        return false;
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t axis = node->parameters[0];
    if (!mcuai_plain(y) || !mcuai_in_range(axis, 0, MCUAI_MAX_RANK - 1))
        return false;
    int64_t total = 0;
    for (uint32_t i = 0; i < node->input_count; i++) {
        const mcuai_tensor *part = mcuai_node_input(node, i);
        if (!part_ok(part, y, axis))
            return false;
        total += part->dims[axis];
    }
    return total == y->dims[axis];
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    uint32_t blocks = 1; /* what lies before the axis */
    for (int32_t i = 0; i < node->parameters[0]; i++)
        blocks *= (uint32_t)y->dims[i];
    uint8_t *to = y->data;
    for (uint32_t block = 0; block < blocks; block++)
        for (uint32_t i = 0; i < node->input_count; i++) {
            const mcuai_tensor *part = mcuai_node_input(node, i);
            const uint32_t run = part->bytes / blocks;
            memmove(to, (const uint8_t *)part->data + block * run, run);
            to += run;
        }
}

const mcuai_operator mcuai_operator_concatenation = {
    MCUAI_CONCATENATION, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, check, evaluate, NULL};
