#include "broadcast.h"

static bool operand_ok(const mcuai_tensor *x, const mcuai_tensor *y) {
    for (int i = 0; i < MCUAI_MAX_RANK; i++)
        if (x->dims[i] != y->dims[i] && x->dims[i] != 1)
            return false;
    return x->type == MCUAI_INT8 && x->bytes >= mcuai_elements(x);
}

bool mcuai_broadcast_ok(const mcuai_node *node) {
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    return y->type == MCUAI_INT8 && operand_ok(mcuai_node_input(node, 0), y) &&
           operand_ok(mcuai_node_input(node, 1), y);
}

/* Elements from one index of each dim to the next; 0 where the operand is broadcast. */
static void strides_of(const mcuai_tensor *x, int32_t strides[MCUAI_MAX_RANK]) {
    int32_t stride = 1;
    for (int i = MCUAI_MAX_RANK - 1; i >= 0; i--) {
        strides[i] = x->dims[i] == 1 ? 0 : stride;
        stride *= x->dims[i];
    }
}

void mcuai_broadcast_each(const mcuai_node *node,
                          int8_t (*function)(const int32_t *parameters, int8_t a, int8_t b)) {
    const mcuai_tensor *a = mcuai_node_input(node, 0), *b = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int8_t *pa = a->data, *pb = b->data;
    int8_t *out = y->data;
    int32_t sa[MCUAI_MAX_RANK], sb[MCUAI_MAX_RANK];
    strides_of(a, sa);
    strides_of(b, sb);
    for (int32_t n = 0; n < y->dims[0]; n++)
        for (int32_t h = 0; h < y->dims[1]; h++)
            for (int32_t w = 0; w < y->dims[2]; w++) {
                const int8_t *ra = pa + n * sa[0] + h * sa[1] + w * sa[2];
                const int8_t *rb = pb + n * sb[0] + h * sb[1] + w * sb[2];
                for (int32_t c = 0; c < y->dims[3]; c++)
                    *out++ = function(node->parameters, ra[c * sa[3]], rb[c * sb[3]]);
            }
}

