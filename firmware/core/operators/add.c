/* add: a, b int8 with output int8; one of a, b may be broadcast along any dims; parameters offset1,
 * offset2, left_shift, multiplier1, shift1, multiplier2, shift2, output_offset, output_multiplier,
 * output_shift, activation_min, activation_max, subtract. docs/arithmetic.md, "Elementwise
 * operators of two inputs". */
#include "broadcast.h"

#include "../kernels/kernels.h"
#include "../kernels/requantize.h"

static mcuai_add_params params_of(const mcuai_node *node) {
    const int32_t *p = node->parameters;
    const mcuai_add_params params = {
        .offset1 = p[0],
        .offset2 = p[1],
        .left_shift = p[2],
        .multiplier1 = p[3],
        .shift1 = p[4],
        .multiplier2 = p[5],
        .shift2 = p[6],
        .output_offset = p[7],
        .output_multiplier = p[8],
        .output_shift = p[9],
        .activation_min = p[10],
        .activation_max = p[11],
    };
    return params;
}

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 13) || !mcuai_broadcast_ok(node))
        return false;
    const mcuai_add_params p = params_of(node);
    return mcuai_in_range(p.offset1, -128, 128) && mcuai_in_range(p.offset2, -128, 128) &&
           mcuai_in_range(p.left_shift, 0, 20) && mcuai_factor_ok(p.multiplier1, p.shift1) &&
           mcuai_factor_ok(p.multiplier2, p.shift2) &&
           mcuai_factor_ok(p.output_multiplier, p.output_shift) && p.shift1 <= 0 && p.shift2 <= 0 &&
           mcuai_in_range(p.output_offset, -128, 127) &&
           mcuai_activation_ok(p.activation_min, p.activation_max) &&
           mcuai_in_range(node->parameters[12], 0, 1);
}

static int8_t sum(const int32_t *p, int8_t a, int8_t b) {
    const int32_t left = p[2];
    const int32_t x = mcuai_requantize((a + p[0]) * (INT32_C(1) << left), p[3], p[4]);
    const int32_t y = mcuai_requantize((b + p[1]) * (INT32_C(1) << left), p[5], p[6]);
    const int32_t scaled = mcuai_requantize(p[12] ? x - y : x + y, p[8], p[9]);
    const int32_t shifted = (int32_t)((uint32_t)scaled + (uint32_t)p[7]);
    return (int8_t)mcuai_clamp(shifted, p[10], p[11]);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *a = mcuai_node_input(node, 0), *b = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    if (!node->parameters[12] && mcuai_same_dims(a, y) && mcuai_same_dims(b, y)) {
        const mcuai_add_params params = params_of(node);
        mcuai_add_s8(&params, a->data, b->data, y->data, mcuai_elements(y));
    } else {
        mcuai_broadcast_each(node, sum);
    }
}

const mcuai_operator mcuai_operator_add = {MCUAI_ADD, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                           check,     evaluate,         NULL};
