/* svdf: x int8 [N,I]; feature weights [F,I] in rows layout, whose factors lead to the state's
 * scale; time weights [F,T], int8 or int16; bias int32 [F/rank]; state [N, F*T] of the time
 * weights' type, the oldest first, which is updated; output int8 [N, F/rank]; parameters rank,
 * output_multiplier, output_shift. The bias includes the state's zero point times the sums of time
 * weights. docs/arithmetic.md, "Layers with memory". */
#include "elements.h"
#include "row_sums.h"

#include <string.h>

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 5, 1, 3) || node->parameters[0] < 1)
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *feature = mcuai_node_input(node, 1);
    const mcuai_tensor *time = mcuai_node_input(node, 2), *bias = mcuai_node_input(node, 3);
    const mcuai_tensor *state = mcuai_node_input(node, 4), *y = mcuai_node_output(node, 0);
    const uint32_t batch = (uint32_t)x->dims[2], units = (uint32_t)y->dims[3];
    const uint32_t filters = (uint32_t)feature->dims[2];
    return mcuai_plain_of(x, MCUAI_INT8) && mcuai_plain_of(y, MCUAI_INT8) &&
           mcuai_elements(x) == batch * (uint32_t)x->dims[3] &&
           mcuai_row_weights_ok(feature, feature->dims[2], x->dims[3]) &&
           (time->type == MCUAI_INT8 || time->type == MCUAI_INT16) && mcuai_plain(time) &&
           mcuai_elements(time) == filters * (uint64_t)(uint32_t)time->dims[3] &&
           mcuai_plain_of(bias, MCUAI_INT32) && mcuai_elements(bias) == units &&
           (uint64_t)units * (uint32_t)node->parameters[0] == filters &&
           mcuai_plain_of(state, time->type) && !state->is_constant &&
           mcuai_elements(state) == (uint64_t)batch * mcuai_elements(time) &&
           mcuai_elements(y) == (uint64_t)batch * units && mcuai_int8_zero_point(y->zero_point) &&
           mcuai_factor_ok(node->parameters[1], node->parameters[2]);
}

/* Moves the memory of one filter by a step and appends the newest value; its zero point is added
 * after saturation and wraps, as in TensorFlow Lite Micro. */
static void push(const mcuai_tensor *state, uint32_t row, uint32_t memory, int32_t value) {
    const uint32_t zero_point = (uint32_t)state->zero_point;
    if (state->type == MCUAI_INT8) {
        int8_t *taps = (int8_t *)state->data + row * memory;
        memmove(taps, taps + 1, memory - 1);
        taps[memory - 1] = (int8_t)((uint32_t)mcuai_clamp(value, INT8_MIN, INT8_MAX) + zero_point);
    } else {
        int16_t *taps = (int16_t *)state->data + row * memory;
        memmove(taps, taps + 1, (memory - 1) * sizeof *taps);
        taps[memory - 1] =
            (int16_t)((uint32_t)mcuai_clamp(value, INT16_MIN, INT16_MAX) + zero_point);
    }
}

/* Sum of products of `count` elements of the state and of the time weights. */
static uint32_t dot(const mcuai_tensor *state, const mcuai_tensor *time, uint32_t at_state,
                    uint32_t at_time, uint32_t count) {
    uint32_t sum = 0;
    if (state->type == MCUAI_INT8) {
        const int8_t *s = (const int8_t *)state->data + at_state;
        const int8_t *t = (const int8_t *)time->data + at_time;
        for (uint32_t i = 0; i < count; i++)
            sum += (uint32_t)(s[i] * t[i]);
    } else {
        const int16_t *s = (const int16_t *)state->data + at_state;
        const int16_t *t = (const int16_t *)time->data + at_time;
        for (uint32_t i = 0; i < count; i++)
            sum += (uint32_t)((int32_t)s[i] * t[i]);
    }
    return sum;
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *feature = mcuai_node_input(node, 1);
    const mcuai_tensor *time = mcuai_node_input(node, 2), *state = mcuai_node_input(node, 4);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t *bias = mcuai_node_input(node, 3)->data, *p = node->parameters;
    const mcuai_row_weights weights = mcuai_row_weights_of(feature);
    const uint32_t filters = (uint32_t)feature->dims[2], memory = (uint32_t)time->dims[3];
    const uint32_t units = (uint32_t)y->dims[3], taps = memory * (uint32_t)p[0];
    const int8_t *in = x->data;
    int8_t *out = y->data;
    for (uint32_t n = 0; n < (uint32_t)x->dims[2]; n++, in += x->dims[3]) {
        for (uint32_t f = 0; f < filters; f++)
            push(state, n * filters + f, memory, mcuai_row_value(&weights, f, in));
        for (uint32_t u = 0; u < units; u++) {
            /* filters of one unit, and with them their memories, are neighbours */
            const uint32_t sum = (uint32_t)bias[u] +
                                 dot(state, time, n * filters * memory + u * taps, u * taps, taps);
            *out++ =
                (int8_t)mcuai_rescale((int32_t)sum, p[1], p[2], y->zero_point, INT8_MIN, INT8_MAX);
        }
    }
}

const mcuai_operator mcuai_operator_svdf = {MCUAI_SVDF, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                            check,      evaluate,         NULL};
