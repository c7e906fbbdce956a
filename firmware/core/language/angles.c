/* angles: position int32 [1] and frequencies, constant int32 [F]; output int32 [T,2*F], cosine and
 * sine in turns, Q30, of T consecutive positions. docs/transformer-arithmetic.md, "Rotary
 * position". */
#include "functions.h"
#include "rows.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 0))
        return false;
    const mcuai_tensor *frequencies = mcuai_node_input(node, 1), *y = mcuai_node_output(node, 0);
    return mcuai_is_rows(mcuai_node_input(node, 0), 1, 1) &&
           mcuai_is_constant_vector(frequencies, MCUAI_INT32, frequencies->dims[3]) &&
           mcuai_is_rows(y, y->dims[2], UINT64_C(2) * (uint32_t)frequencies->dims[3]);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *frequencies = mcuai_node_input(node, 1);
    const uint32_t *frequency = frequencies->data;
    const uint32_t position = *(const uint32_t *)mcuai_node_input(node, 0)->data;
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        for (int32_t i = 0; i < frequencies->dims[3]; i++) {
            const mcuai_rotation rotation = mcuai_turn((position + row) * frequency[i]);
            y[2 * i] = rotation.cosine;
            y[2 * i + 1] = rotation.sine;
        }
    }
}

const mcuai_operator mcuai_operator_angles = {MCUAI_ANGLES, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                              check,        evaluate,         NULL};
