/* copy: the bytes of x to the output of another shape but the same size. */
#include "../src/operator.h"

#include <string.h>

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 1, 1, 0))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    return x->type == y->type && x->bytes == y->bytes;
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    memmove(y->data, x->data, y->bytes);
}

const mcuai_operator mcuai_operator_copy = {MCUAI_COPY, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                            check,      evaluate,         NULL};
