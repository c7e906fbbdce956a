/* rms_norm: x int32 [T,B*N] and a gain, constant int16 [N]; output int32 [T,B*N]; parameters gain
 * exponent, root of N (mantissa, exponent), epsilon times N (mantissa, exponent), B.
 * docs/transformer-arithmetic.md, "Root-mean-square norm". */
#include "normalise.h"
#include "rows.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 6))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *gain = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters;
    const uint64_t width = (uint64_t)(uint32_t)p[5] * (uint32_t)gain->dims[3];
    return mcuai_is_constant_vector(gain, MCUAI_INT16, gain->dims[3]) &&
           mcuai_in_range(p[0], 0, 30) && mcuai_real_ok(p[1], p[2]) && mcuai_real_ok(p[3], p[4]) &&
           p[4] <= 0 && p[5] >= 1 && mcuai_is_rows(x, y->dims[2], width) &&
           mcuai_is_rows(y, y->dims[2], width);
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *gain = mcuai_node_input(node, 1);
    const int32_t *p = node->parameters;
    const mcuai_norm norm = {gain->data, (uint32_t)gain->dims[3], p[0], {p[1], p[2]}, {p[3], p[4]}};
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        const int32_t *x = mcuai_row_at(mcuai_node_input(node, 0), row);
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        for (int32_t b = 0; b < p[5]; b++, x += norm.count, y += norm.count)
            mcuai_rms_normalise(&norm, x, y);
    }
}

const mcuai_operator mcuai_operator_rms_norm = {MCUAI_RMS_NORM, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                                check,          evaluate,         NULL};
