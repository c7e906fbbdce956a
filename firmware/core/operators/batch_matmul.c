/* batch_matmul: a int8 [B0,B1,M,K], or [.., K,M] if transposed; b int8 [B0,B1,K,N], or [.., N,K] if
 * transposed; either may have 1 for B0 or B1; output int8 [B0,B1,M,N]; parameters transpose_a,
 * transpose_b, offset1, offset2 (the inputs' zero points, negated), output_offset,
 * output_multiplier, output_shift. docs/arithmetic.md, "Layers with weights". */
#include "elements.h"

static bool batch_ok(const mcuai_tensor *x, const mcuai_tensor *y) {
    for (int i = 0; i < 2; i++)
        if (x->dims[i] != y->dims[i] && x->dims[i] != 1)
            return false;
    return true;
}

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 7))
        return false;
    const mcuai_tensor *a = mcuai_node_input(node, 0), *b = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters;
    if (!mcuai_in_range(p[0], 0, 1) || !mcuai_in_range(p[1], 0, 1))
        return false;
    return a->dims[3 - p[0]] == b->dims[2 + p[1]] && a->dims[2 + p[0]] == y->dims[2] &&
           b->dims[3 - p[1]] == y->dims[3] && batch_ok(a, y) && batch_ok(b, y) &&
           mcuai_plain_of(a, MCUAI_INT8) && mcuai_plain_of(b, MCUAI_INT8) &&
           mcuai_plain_of(y, MCUAI_INT8) && mcuai_int8_offset(p[2]) && mcuai_int8_offset(p[3]) &&
           mcuai_int8_zero_point(p[4]) && mcuai_factor_ok(p[5], p[6]);
}

/* A matrix as the product reads it: elements from one row (of a) or column (of b) to the next, and
 * along the sum. */
typedef struct {
    const int8_t *data;
    int32_t line, step;
} matrix;

static matrix matrix_at(const mcuai_tensor *x, int32_t n, int32_t h, bool lines_first) {
    const int32_t size = x->dims[2] * x->dims[3];
    const int32_t index = (x->dims[0] == 1 ? 0 : n) * x->dims[1] + (x->dims[1] == 1 ? 0 : h);
    const matrix m = {(const int8_t *)x->data + index * size, lines_first ? x->dims[3] : 1,
                      lines_first ? 1 : x->dims[3]};
    return m;
}

static uint32_t dot(const int8_t *a, int32_t step_a, int32_t offset_a, const int8_t *b,
                    int32_t step_b, int32_t offset_b, int32_t depth) {
    uint32_t sum = 0;
    for (int32_t k = 0; k < depth; k++)
        sum += (uint32_t)((a[k * step_a] + offset_a) * (b[k * step_b] + offset_b));
    return sum;
}

static void evaluate(const mcuai_node *node) {
    const mcuai_tensor *x = mcuai_node_input(node, 0), *z = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters;
    const int32_t depth = x->dims[3 - p[0]];
    int8_t *out = y->data;
    for (int32_t n = 0; n < y->dims[0]; n++)
        for (int32_t h = 0; h < y->dims[1]; h++) {
            const matrix a = matrix_at(x, n, h, !p[0]), b = matrix_at(z, n, h, p[1]);
            for (int32_t row = 0; row < y->dims[2]; row++)
                for (int32_t column = 0; column < y->dims[3]; column++) {
                    const uint32_t sum = dot(a.data + row * a.line, a.step, p[2],
                                             b.data + column * b.line, b.step, p[3], depth);
                    *out++ =
                        (int8_t)mcuai_rescale((int32_t)sum, p[5], p[6], p[4], INT8_MIN, INT8_MAX);
                }
        }
}

const mcuai_operator mcuai_operator_batch_matmul = {
    MCUAI_BATCH_MATMUL, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, check, evaluate, NULL};
