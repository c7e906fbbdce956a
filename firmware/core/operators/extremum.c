/* minimum, maximum: a, b int8 with output int8, all of one scale; one of a, b may be broadcast
 * along any dims. */
#include "broadcast.h"

static bool check(const mcuai_node *node) {
    return mcuai_node_has(node, 2, 1, 0) && mcuai_broadcast_ok(node);
}

static int8_t lesser(const int32_t *parameters, int8_t a, int8_t b) {
    (void)parameters;
    return a < b ? a : b;
}

static int8_t greater(const int32_t *parameters, int8_t a, int8_t b) {
    (void)parameters;
    return a > b ? a : b;
}

static void evaluate_minimum(const mcuai_node *node) {
    mcuai_broadcast_each(node, lesser);
}

static void evaluate_maximum(const mcuai_node *node) {
    mcuai_broadcast_each(node, greater);
}

const mcuai_operator mcuai_operator_minimum = {MCUAI_MINIMUM, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                               check,         evaluate_minimum, NULL};
const mcuai_operator mcuai_operator_maximum = {MCUAI_MAXIMUM, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                               check,         evaluate_maximum, NULL};
