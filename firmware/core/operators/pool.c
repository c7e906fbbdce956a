/* average_pool_2d, max_pool_2d: x [N,H,W,C] int8; output [N,OH,OW,C] of the same zero point;
 * parameters kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left, activation_min,
 * activation_max, count_padding. */
#include "../kernels/kernels.h"
#include "elements.h"

enum { MAX_EXTENT = 4096 };

/* Every window has to touch the image: its average is a quotient by the number of its elements
 * inside. */
static bool axis_ok(int32_t in, int32_t out, int32_t kernel, int32_t stride, int32_t pad) {
    return mcuai_in_range(kernel, 1, MAX_EXTENT) && mcuai_in_range(stride, 1, MAX_EXTENT) &&
           mcuai_in_range(pad, 0, kernel - 1) && (int64_t)(out - 1) * stride - pad < in;
}

static bool arguments(const mcuai_node *node, mcuai_pool *args) {
    if (!mcuai_node_has(node, 1, 1, 9))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters;
    *args = (mcuai_pool){
        .in_h = x->dims[1],
        .in_w = x->dims[2],
        .channels = x->dims[3],
        .out_h = y->dims[1],
        .out_w = y->dims[2],
        .kernel_h = p[0],
        .kernel_w = p[1],
        .stride_h = p[2],
        .stride_w = p[3],
        .pad_top = p[4],
        .pad_left = p[5],
        .activation_min = p[6],
        .activation_max = p[7],
        .count_padding = p[8],
        .zero_point = x->zero_point,
        .input = x->data,
        .output = y->data,
    };
    return mcuai_plain_of(x, MCUAI_INT8) && y->type == MCUAI_INT8 && x->dims[0] == y->dims[0] &&
           x->dims[3] == y->dims[3] && mcuai_activation_ok(p[6], p[7]) &&
           mcuai_in_range(x->zero_point, -128, 127) &&
           (int64_t)p[0] * p[1] <= INT32_C(1) << 23 && /* the sum of int8 fits in int32 */
           axis_ok(args->in_h, args->out_h, p[0], p[2], p[4]) &&
           axis_ok(args->in_w, args->out_w, p[1], p[3], p[5]);
}

static bool check(const mcuai_node *node) {
    mcuai_pool args;
    return arguments(node, &args);
}

static void each(const mcuai_node *node, void (*kernel)(const mcuai_pool *)) {
    mcuai_pool args;
    arguments(node, &args);
    for (int32_t n = node->tensors[0].dims[0]; n > 0; n--) {
        kernel(&args);
        args.input += args.in_h * args.in_w * args.channels;
        args.output += args.out_h * args.out_w * args.channels;
    }
}

static void evaluate_average(const mcuai_node *node) {
    each(node, mcuai_average_pool_s8);
}

static void evaluate_max(const mcuai_node *node) {
    each(node, mcuai_max_pool_s8);
}

const mcuai_operator mcuai_operator_average_pool_2d = {
    MCUAI_AVERAGE_POOL_2D, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, check, evaluate_average, NULL};
const mcuai_operator mcuai_operator_max_pool_2d = {
    MCUAI_MAX_POOL_2D, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, check, evaluate_max, NULL};
