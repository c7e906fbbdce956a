/* rms_norm: x int32 [T,B*N] and a gain, constant int16 [N]; output int32 [T,B*N]; parameters gain
 * exponent, root of N (mantissa, exponent), epsilon times N (mantissa, exponent), B.
 * docs/transformer-arithmetic.md, "Root-mean-square norm". */
#include "arithmetic.h"
#include "functions.h"
#include "rows.h"

typedef struct {
    const int16_t *gain;
    uint32_t count;
    int32_t gain_exponent;
    mcuai_real root, epsilon; /* of count, and times count */
} rms_norm;

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

/* Epsilon in the unit of the sum of squares: of numbers that were shifted to the left by h - 1. */
static uint64_t epsilon_of(mcuai_real epsilon, int32_t h) {
    const int32_t shift = 2 * h + epsilon.exponent - 33; /* -95..29 */
    const uint64_t mantissa = (uint32_t)epsilon.mantissa;
    return shift >= 0 ? mantissa << shift : shift > -64 ? mantissa >> -shift : 0;
}

/* The 16 bits below the leading zeros that all numbers have. */
static int32_t top16(int32_t x, int32_t h) {
    return mcuai_shift_left(x, (uint32_t)h - 1) >> 16;
}

static void normalise(const rms_norm *norm, const int32_t *x, int32_t *y) {
    const uint32_t greatest = mcuai_greatest_magnitude(x, norm->count);
    if (greatest == 0) {
        for (uint32_t i = 0; i < norm->count; i++)
            y[i] = 0;
        return;
    }
    const int32_t h = mcuai_zeros(greatest); /* at least 1, so that sum is at least 2^28 */
    uint64_t sum = epsilon_of(norm->epsilon, h);
    for (uint32_t i = 0; i < norm->count; i++) {
        const int32_t v = top16(x[i], h);
        sum += (uint32_t)(v * v);
    }
    const uint32_t high = (uint32_t)(sum >> 32);
    const int32_t k = (high ? mcuai_zeros(high) : 32 + mcuai_zeros((uint32_t)sum)) / 2;
    const int32_t inverse = mcuai_inverse_root((uint32_t)(sum << 2 * k >> 32));
    const int32_t factor = mcuai_high_round(inverse, norm->root.mantissa);
    const int32_t shift = k + norm->root.exponent - 12 - norm->gain_exponent;
    for (uint32_t i = 0; i < norm->count; i++) {
        const int32_t v = mcuai_high_round(mcuai_shift_left(top16(x[i], h), 15), factor);
        y[i] = mcuai_shift_round(mcuai_high_round(v, mcuai_shift_left(norm->gain[i], 16)), shift);
    }
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *gain = mcuai_node_input(node, 1);
    const int32_t *p = node->parameters;
    const rms_norm norm = {gain->data, (uint32_t)gain->dims[3], p[0], {p[1], p[2]}, {p[3], p[4]}};
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        const int32_t *x = mcuai_row_at(mcuai_node_input(node, 0), row);
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        for (int32_t b = 0; b < p[5]; b++, x += norm.count, y += norm.count)
            normalise(&norm, x, y);
    }
}

const mcuai_operator mcuai_operator_rms_norm = {MCUAI_RMS_NORM, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                                check,          evaluate,         NULL};
