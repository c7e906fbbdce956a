/* transpose_conv: x [N,H,W,C] int8 and weights in rows layout, logical dims [O,KH,KW,C]; output
 * [N,OH,OW,O] int8; parameters stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left,
 * activation_min, activation_max. Scratch: KH * KW * C bytes. Tap (ky, kx) of output (oy, ox) reads
 * the input ((oy + pad - ky * dilation) / stride, ...) where that is whole and inside, else x's
 * zero point. docs/arithmetic.md, "Layers with weights". */
#include "../kernels/portable/rows.h"
#include "elements.h"
#include "weighted.h"

#include <string.h>

enum { MAX_EXTENT = 4096 };

static int32_t weight_bits(uint8_t type) {
    return type == MCUAI_INT8 ? 8 : type == MCUAI_INT4 ? 4 : type == MCUAI_INT2 ? 2 : 0;
}

static bool geometry_ok(const int32_t *p, const mcuai_tensor *w) {
    for (int i = 0; i < 2; i++)
        if (!mcuai_in_range(w->dims[1 + i], 1, MAX_EXTENT) ||
            !mcuai_in_range(p[i], 1, MAX_EXTENT) || !mcuai_in_range(p[2 + i], 1, MAX_EXTENT) ||
            !mcuai_in_range(p[4 + i], 0, MAX_EXTENT * MAX_EXTENT))
            return false;
    return true;
}

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 8) || node->layout != MCUAI_LAYOUT_ROWS)
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *w = mcuai_weights(node);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters, bits = weight_bits(w->type);
    if (!bits || !geometry_ok(p, w))
        return false;
    const uint32_t depth = (uint32_t)(w->dims[1] * w->dims[2] * w->dims[3]);
    return mcuai_plain_of(x, MCUAI_INT8) && mcuai_plain_of(y, MCUAI_INT8) &&
           mcuai_int8_zero_point(x->zero_point) && mcuai_int8_zero_point(y->zero_point) &&
           w->is_constant && w->dims[0] == y->dims[3] && w->dims[3] == x->dims[3] &&
           x->dims[0] == y->dims[0] && mcuai_activation_ok(p[6], p[7]) &&
           w->bytes == mcuai_dense_rows_bytes((uint32_t)w->dims[0], depth, (uint32_t)bits) &&
           node->scratch_bytes >= depth;
}

/* The input row or column under a tap that lies `distance` from the first; -1 where there is none.
 */
static int32_t source(int32_t distance, int32_t stride, int32_t count) {
    if (distance < 0 || distance % stride != 0 || distance / stride >= count)
        return -1;
    return distance / stride;
}

/* All that output (oy, ox) of one image reads, in the order of a row of weights. */
static void gather(const mcuai_node *node, const int8_t *image, int32_t oy, int32_t ox) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *w = mcuai_weights(node);
    const int32_t *p = node->parameters, channels = x->dims[3];
    int8_t *patch = node->scratch;
    for (int32_t ky = 0; ky < w->dims[1]; ky++) {
        const int32_t iy = source(oy + p[4] - ky * p[2], p[0], x->dims[1]);
        for (int32_t kx = 0; kx < w->dims[2]; kx++, patch += channels) {
            const int32_t ix = source(ox + p[5] - kx * p[3], p[1], x->dims[2]);
            if (iy < 0 || ix < 0)
                memset(patch, x->zero_point, (size_t)channels);
            else
                memmove(patch, image + (iy * x->dims[2] + ix) * channels, (size_t)channels);
        }
    }
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *w = mcuai_weights(node);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int8_t *image = x->data;
    mcuai_dense args = {
        .rows = w->dims[0],
        .depth = w->dims[1] * w->dims[2] * w->dims[3],
        .bits = weight_bits(w->type),
        .output_zero_point = y->zero_point,
        .activation_min = node->parameters[6],
        .activation_max = node->parameters[7],
        .weights = w->data,
        .input = node->scratch,
        .output = y->data,
        .loops = mcuai_rows_loops_of(weight_bits(w->type)),
    };
    for (int32_t n = 0; n < y->dims[0]; n++, image += x->dims[1] * x->dims[2] * x->dims[3])
        for (int32_t oy = 0; oy < y->dims[1]; oy++)
            for (int32_t ox = 0; ox < y->dims[2]; ox++, args.output += args.rows) {
                gather(node, image, oy, ox);
                mcuai_dense_rows(&args);
            }
}

const mcuai_operator mcuai_operator_transpose_conv = {
    MCUAI_TRANSPOSE_CONV, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, check, evaluate, NULL};
