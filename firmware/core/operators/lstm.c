/* lstm: x int8 [N,T,I], or [T,N,I] if time-major; input weights [4*H,I] and recurrent weights
 * [4*H,H] in rows layout, gates in the order input, forget, cell, output, whose factors lead to
 * Q3.12; hidden state int8 [N,H]; cell state int16 [N,H], of the scale 2^cell_scale_power; both
 * states are updated; output int8 [N,T,H] or [T,N,H] of the hidden state's scale. Parameters
 * time_major, forget_multiplier, forget_shift, input_multiplier, input_shift, hidden_multiplier,
 * hidden_shift, cell_clip (0: none), cell_scale_power. Scratch: 8 * H bytes. docs/arithmetic.md,
 * "Layers with memory". */
#include "elements.h"
#include "gates.h"
#include "row_sums.h"

#include <string.h>

enum { INPUT_GATE, FORGET_GATE, CELL_GATE, OUTPUT_GATE, GATES };

static bool factors_ok(const int32_t *p) {
    return mcuai_in_range(p[0], 0, 1) && mcuai_factor_ok(p[1], p[2]) &&
           mcuai_factor_ok(p[3], p[4]) && mcuai_factor_ok(p[5], p[6]) &&
           mcuai_in_range(p[7], 0, INT16_MAX) && mcuai_in_range(p[8], -24, 0);
}

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 5, 1, 9) || !factors_ok(node->parameters))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const mcuai_tensor *hidden = mcuai_node_input(node, 3), *cell = mcuai_node_input(node, 4);
    const int32_t units = y->dims[3], batch = x->dims[node->parameters[0] ? 2 : 1];
    const uint64_t states = (uint64_t)(uint32_t)batch * (uint32_t)units;
    return units <= INT32_MAX / (GATES * 2) && x->dims[0] == 1 && y->dims[0] == 1 &&
           x->dims[1] == y->dims[1] && x->dims[2] == y->dims[2] && mcuai_plain_of(x, MCUAI_INT8) &&
           mcuai_plain_of(y, MCUAI_INT8) &&
           mcuai_row_weights_ok(mcuai_node_input(node, 1), GATES * units, x->dims[3]) &&
           mcuai_row_weights_ok(mcuai_node_input(node, 2), GATES * units, units) &&
           mcuai_plain_of(hidden, MCUAI_INT8) && mcuai_plain_of(cell, MCUAI_INT16) &&
           !hidden->is_constant && !cell->is_constant && mcuai_elements(hidden) == states &&
           mcuai_elements(cell) == states && mcuai_int8_zero_point(hidden->zero_point) &&
           node->scratch_bytes >= (uint32_t)(GATES * 2 * units);
}

static int32_t to_int16(int32_t x) {
    return mcuai_clamp(x, INT16_MIN, INT16_MAX);
}

/* All four gates of one step, [4][H], Q0.15. */
static void open_gates(const mcuai_node *node, const int8_t *x, const int8_t *hidden,
                       uint32_t units) {
    const mcuai_row_weights from_input = mcuai_row_weights_of(mcuai_node_input(node, 1));
    const mcuai_row_weights from_hidden = mcuai_row_weights_of(mcuai_node_input(node, 2));
    int16_t *gates = node->scratch;
    for (uint32_t row = 0; row < GATES * units; row++) {
        const int32_t sum = to_int16(mcuai_row_value(&from_input, row, x)) +
                            to_int16(mcuai_row_value(&from_hidden, row, hidden));
        const int16_t value = (int16_t)to_int16(sum);
        gates[row] =
            row / units == CELL_GATE ? mcuai_gate_tanh(value, -12) : mcuai_gate_logistic(value);
    }
}

static void step(const mcuai_node *node, const int8_t *x, int8_t *hidden, int16_t *cell,
                 uint32_t units) {
    const int32_t *p = node->parameters, clip = p[7] ? p[7] : INT16_MAX + 1;
    const int32_t zero_point = mcuai_node_input(node, 3)->zero_point;
    const int16_t *gates = node->scratch;
    open_gates(node, x, hidden, units);
    for (uint32_t i = 0; i < units; i++, gates++) {
        const int32_t forget = gates[FORGET_GATE * units] * cell[i];
        const int32_t add = gates[INPUT_GATE * units] * gates[CELL_GATE * units];
        const int32_t sum = to_int16(mcuai_requantize(forget, p[1], p[2])) +
                            to_int16(mcuai_requantize(add, p[3], p[4]));
        cell[i] = (int16_t)mcuai_clamp(to_int16(sum), -clip, clip);
        const int32_t output = mcuai_gate_tanh(cell[i], p[8]) * gates[OUTPUT_GATE * units];
        hidden[i] = (int8_t)mcuai_rescale(output, p[5], p[6], zero_point, INT8_MIN, INT8_MAX);
    }
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    int8_t *hidden = mcuai_node_input(node, 3)->data;
    int16_t *cell = mcuai_node_input(node, 4)->data;
    const bool time_major = node->parameters[0];
    const int32_t steps = x->dims[time_major ? 1 : 2], batch = x->dims[time_major ? 2 : 1];
    const int32_t units = y->dims[3];
    for (int32_t t = 0; t < steps; t++)
        for (int32_t n = 0; n < batch; n++) {
            const int32_t row = time_major ? t * batch + n : n * steps + t;
            int8_t *memory = hidden + n * units;
            step(node, (const int8_t *)x->data + row * x->dims[3], memory, cell + n * units,
                 (uint32_t)units);
            memmove((int8_t *)y->data + row * units, memory, (size_t)units);
        }
}

const mcuai_operator mcuai_operator_lstm = {MCUAI_LSTM, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                            check,      evaluate,         NULL};
