/* softmax: x [..., C] int8; output of the same dims, int8 or int16; parameters multiplier,
 * left_shift, difference_min. docs/arithmetic.md, "Softmax". */
#include "../kernels/exponential.h"
#include "elements.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 1, 1, 3))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters;
    return mcuai_plain_of(x, MCUAI_INT8) && (y->type == MCUAI_INT8 || y->type == MCUAI_INT16) &&
           mcuai_same_dims(x, y) && p[0] >= 0 && mcuai_in_range(p[1], 0, 31) &&
           mcuai_in_range(p[2], INT32_MIN, 0) && x->dims[3] < 4096;
}

typedef struct {
    int32_t multiplier, left_shift, difference_min;
} softmax_params;

/* exp of a scaled difference to the row's greatest element, Q0.31; only for differences of at least
 * the minimum. */
static int32_t exponential(const softmax_params *p, int32_t difference) {
    const int32_t shifted = (int32_t)((uint32_t)difference << p->left_shift);
    return mcuai_exp_q5_26(mcuai_doubling_high_mul(shifted, p->multiplier));
}

static void softmax_row(const softmax_params *p, const int8_t *x, int32_t count, void *y,
                        int32_t output_bits) {
    int32_t greatest = -128;
    for (int32_t i = 0; i < count; i++)
        greatest = x[i] > greatest ? x[i] : greatest;

    int32_t sum = 0; /* Q12.19: holds 4095 terms of at most 1 */
    for (int32_t i = 0; i < count; i++)
        if (x[i] - greatest >= p->difference_min)
            sum += mcuai_rounding_divide_by_pot(exponential(p, x[i] - greatest), 12);

    int32_t bits_over_unit;
    const int32_t reciprocal = mcuai_reciprocal_q12_19(sum, &bits_over_unit);
    const int32_t exponent = bits_over_unit + 31 - output_bits;
    const int32_t low = output_bits == 8 ? -128 : -32768, high = -1 - low;
    for (int32_t i = 0; i < count; i++) {
        int32_t result = low;
        if (x[i] - greatest >= p->difference_min && exponent <= 31) {
            const int32_t product =
                mcuai_doubling_high_mul(reciprocal, exponential(p, x[i] - greatest));
            result = mcuai_clamp(mcuai_rounding_divide_by_pot(product, exponent) + low, low, high);
        }
        if (output_bits == 8)
            ((int8_t *)y)[i] = (int8_t)result;
        else
            ((int16_t *)y)[i] = (int16_t)result;
    }
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const softmax_params params = {node->parameters[0], node->parameters[1], node->parameters[2]};
    const int32_t width = y->type == MCUAI_INT8 ? 1 : 2, count = x->dims[3];
    const int8_t *in = x->data;
    uint8_t *out = y->data;
    for (int32_t rows = (int32_t)mcuai_elements(x) / count; rows > 0; rows--) {
        softmax_row(&params, in, count, out, 8 * width);
        in += count;
        out += count * width;
    }
}

const mcuai_operator mcuai_operator_softmax = {MCUAI_SOFTMAX, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                               check,         evaluate,         NULL};
