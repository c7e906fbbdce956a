/* mean: x int8; output int8 of the same dims but 1 along the reduced axes; parameters
 * output_zero_point, multiplier, shift: y = requantize(sum - count * x's zero point) +
 * output_zero_point, saturated; the multiplier contains 1 / count. docs/arithmetic.md, "Pooling and
 * reduction". */
#include "elements.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 1, 1, 3))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    for (int i = 0; i < MCUAI_MAX_RANK; i++)
        if (y->dims[i] != x->dims[i] && y->dims[i] != 1)
            return false;
    return mcuai_plain_of(x, MCUAI_INT8) && y->type == MCUAI_INT8 &&
           mcuai_int8_zero_point(node->parameters[0]) &&
           mcuai_factor_ok(node->parameters[1], node->parameters[2]);
}

/* The sum of a block of x from `first` on; `dims` is 1 where the axis is kept. */
static uint32_t sum(const int8_t *first, const int32_t dims[MCUAI_MAX_RANK],
                    const int32_t strides[MCUAI_MAX_RANK]) {
    uint32_t total = 0;
    for (int32_t n = 0; n < dims[0]; n++)
        for (int32_t h = 0; h < dims[1]; h++)
            for (int32_t w = 0; w < dims[2]; w++) {
                const int8_t *row = first + n * strides[0] + h * strides[1] + w * strides[2];
                for (int32_t c = 0; c < dims[3]; c++)
                    total += (uint32_t)row[c * strides[3]];
            }
    return total;
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters, *kept = y->dims;
    int32_t strides[MCUAI_MAX_RANK], reduced[MCUAI_MAX_RANK];
    mcuai_byte_strides(x, strides);
    for (int i = 0; i < MCUAI_MAX_RANK; i++)
        reduced[i] = kept[i] == x->dims[i] ? 1 : x->dims[i];
    const uint32_t zeros = mcuai_elements(x) / mcuai_elements(y) * (uint32_t)x->zero_point;
    int8_t *out = y->data;
    for (int32_t n = 0; n < kept[0]; n++)
        for (int32_t h = 0; h < kept[1]; h++)
            for (int32_t w = 0; w < kept[2]; w++)
                for (int32_t c = 0; c < kept[3]; c++) {
                    const int8_t *first = (const int8_t *)x->data + n * strides[0] +
                                          h * strides[1] + w * strides[2] + c;
                    const int32_t total = (int32_t)(sum(first, reduced, strides) - zeros);
                    *out++ = (int8_t)mcuai_rescale(total, p[1], p[2], p[0], INT8_MIN, INT8_MAX);
                }
}

const mcuai_operator mcuai_operator_mean = {MCUAI_MEAN, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                            check,      evaluate,         NULL};
