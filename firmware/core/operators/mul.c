/* mul: a, b int8 with output int8; one of a, b may be broadcast along any dims; parameters offset1,
 * offset2, output_offset, output_multiplier, output_shift, activation_min, activation_max. Offsets
 * of inputs are their zero points, negated. docs/arithmetic.md, "Elementwise operators of two
 * inputs". */
#include "broadcast.h"
#include "elements.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 7) || !mcuai_broadcast_ok(node))
        return false;
    const int32_t *p = node->parameters;
    return mcuai_int8_offset(p[0]) && mcuai_int8_offset(p[1]) && mcuai_int8_zero_point(p[2]) &&
           mcuai_factor_ok(p[3], p[4]) && mcuai_activation_ok(p[5], p[6]);
}

static int8_t product(const int32_t *p, int8_t a, int8_t b) {
    return (int8_t)mcuai_rescale((a + p[0]) * (b + p[1]), p[3], p[4], p[2], p[5], p[6]);
}

static void evaluate(const mcuai_node *node) {
    mcuai_broadcast_each(node, product);
}

const mcuai_operator mcuai_operator_mul = {MCUAI_MUL, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                           check,     evaluate,         NULL};
