/* requantize: x and an output of as many elements, each int8, uint8, int16 or int32; parameters
 * input_zero_point, output_zero_point, multiplier, shift. y = requantize(x - input_zero_point) +
 * output_zero_point, saturated. docs/arithmetic.md, "Requantization". */
#include "elements.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 1, 1, 4))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    return mcuai_plain(x) && mcuai_plain(y) && mcuai_elements(x) == mcuai_elements(y) &&
           mcuai_factor_ok(node->parameters[2], node->parameters[3]);
}

static int32_t load(uint8_t type, const void *data, uint32_t i) {
    switch (type) {
    case MCUAI_INT8:
        return ((const int8_t *)data)[i];
    case MCUAI_UINT8:
        return ((const uint8_t *)data)[i];
    case MCUAI_INT16:
        return ((const int16_t *)data)[i];
    default:
        return ((const int32_t *)data)[i];
    }
}

static void store(uint8_t type, void *data, uint32_t i, int32_t value) {
    switch (type) {
    case MCUAI_INT8:
        ((int8_t *)data)[i] = (int8_t)mcuai_clamp(value, INT8_MIN, INT8_MAX);
        break;
    case MCUAI_UINT8:
        ((uint8_t *)data)[i] = (uint8_t)mcuai_clamp(value, 0, UINT8_MAX);
        break;
    case MCUAI_INT16:
        ((int16_t *)data)[i] = (int16_t)mcuai_clamp(value, INT16_MIN, INT16_MAX);
        break;
    default:
        ((int32_t *)data)[i] = value;
        break;
    }
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters;
    const uint32_t count = mcuai_elements(x);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t centred = (uint32_t)load(x->type, x->data, i) - (uint32_t)p[0];
        const int32_t scaled = mcuai_requantize((int32_t)centred, p[2], p[3]);
        store(y->type, y->data, i, (int32_t)((uint32_t)scaled + (uint32_t)p[1]));
    }
}

const mcuai_operator mcuai_operator_requantize = {
    MCUAI_REQUANTIZE, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, check, evaluate, NULL};
