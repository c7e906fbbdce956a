/* resize_nearest: x [N,H,W,C] of any type with whole elements, rows int16 [OH], columns int16 [OW];
 * output [N,OH,OW,C] of the same type. The constants say which row and column of x each of the
 * output copies: the converter has the rounding of float32 that TensorFlow Lite uses for them. */
#include "elements.h"

#include <string.h>

static bool indices_ok(const mcuai_tensor *indices, int32_t count) {
    return mcuai_plain_of(indices, MCUAI_INT16) && mcuai_elements(indices) == (uint32_t)count;
}

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 3, 1, 0))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    return x->type == y->type && mcuai_plain(x) && mcuai_plain(y) && x->dims[0] == y->dims[0] &&
           x->dims[3] == y->dims[3] && indices_ok(mcuai_node_input(node, 1), y->dims[1]) &&
           indices_ok(mcuai_node_input(node, 2), y->dims[2]);
}

/* Indices are constants, whose bytes may be damaged after the pack was opened: kept inside whatever
 * they are. */
static int32_t index_at(const mcuai_tensor *indices, int32_t i, int32_t count) {
    return mcuai_clamp(((const int16_t *)indices->data)[i], 0, count - 1);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const mcuai_tensor *rows = mcuai_node_input(node, 1), *columns = mcuai_node_input(node, 2);
    int32_t strides[MCUAI_MAX_RANK];
    mcuai_byte_strides(x, strides);
    uint8_t *to = y->data;
    for (int32_t n = 0; n < y->dims[0]; n++)
        for (int32_t h = 0; h < y->dims[1]; h++) {
            const uint8_t *row = (const uint8_t *)x->data + n * strides[0] +
                                 index_at(rows, h, x->dims[1]) * strides[1];
            for (int32_t w = 0; w < y->dims[2]; w++, to += strides[2])
                memmove(to, row + index_at(columns, w, x->dims[2]) * strides[2],
                        (size_t)strides[2]);
        }
}

const mcuai_operator mcuai_operator_resize_nearest = {
    MCUAI_RESIZE_NEAREST, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, check, evaluate, NULL};
