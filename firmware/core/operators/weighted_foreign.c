/* The operators with weights for any layout on any CPU: slow, so that every pack runs everywhere. */
#include "../kernels/portable/foreign.h"
#include "weighted.h"

typedef uint32_t bytes_fn(uint32_t rows, uint32_t depth, uint32_t bits);

/* Size of a blob in the node's layout; 0 where there is no such layout. */
static uint32_t blob_bytes(const mcuai_node *node, bytes_fn *const by_layout[3], int32_t rows,
                           int32_t depth, int32_t bits) {
    if (node->layout < MCUAI_LAYOUT_DSP || node->layout > MCUAI_LAYOUT_RV32)
        return 0;
    return by_layout[node->layout - MCUAI_LAYOUT_DSP]((uint32_t)rows, (uint32_t)depth,
                                                      (uint32_t)bits);
}

static bytes_fn *const dense_bytes[3] = {mcuai_dense_dsp_bytes, mcuai_dense_mve_bytes,
                                         mcuai_dense_rv32_bytes};
static bytes_fn *const depthwise_bytes[3] = {mcuai_depthwise_dsp_bytes, mcuai_depthwise_mve_bytes,
                                             mcuai_depthwise_rv32_bytes};

static bool size_ok(const mcuai_node *node, uint32_t bytes) {
    return bytes != 0 && mcuai_weights(node)->bytes == bytes;
}

static bool check_conv_2d(const mcuai_node *node) {
    mcuai_conv args;
    return mcuai_conv_arguments(node, &args) &&
           size_ok(node, blob_bytes(node, dense_bytes, args.out_c,
                                    args.kernel_h * args.kernel_w * args.in_c, args.bits)) &&
           node->scratch_bytes >= mcuai_conv2d_rows_scratch(&args);
}

static void evaluate_conv_2d(const mcuai_node *node) {
    mcuai_conv args;
    mcuai_conv_arguments(node, &args);
    for (int32_t n = node->tensors[0].dims[0]; n > 0; n--) {
        mcuai_conv2d_foreign(&args, node->layout);
        args.input += args.in_h * args.in_w * args.in_c;
        args.output += args.out_h * args.out_w * args.out_c;
    }
}

static bool check_depthwise(const mcuai_node *node) {
    mcuai_conv args;
    return mcuai_depthwise_arguments(node, &args) &&
           size_ok(node, blob_bytes(node, depthwise_bytes, args.out_c,
                                    args.kernel_h * args.kernel_w, args.bits)) &&
           node->scratch_bytes >= mcuai_depthwise_rows_scratch(&args);
}

static void evaluate_depthwise(const mcuai_node *node) {
    mcuai_conv args;
    mcuai_depthwise_arguments(node, &args);
    for (int32_t n = node->tensors[0].dims[0]; n > 0; n--) {
        mcuai_depthwise_foreign(&args, node->layout);
        args.input += args.in_h * args.in_w * args.in_c;
        args.output += args.out_h * args.out_w * args.out_c;
    }
}

static bool check_dense(const mcuai_node *node) {
    mcuai_dense args;
    return mcuai_dense_arguments(node, &args) &&
           size_ok(node, blob_bytes(node, dense_bytes, args.rows, args.depth, args.bits)) &&
           node->scratch_bytes >= mcuai_dense_rows_scratch(&args);
}

static void evaluate_dense(const mcuai_node *node) {
    const int32_t *dims = node->tensors[0].dims;
    mcuai_dense args;
    mcuai_dense_arguments(node, &args);
    for (int32_t n = dims[0] * dims[1] * dims[2]; n > 0; n--) {
        mcuai_dense_foreign(&args, node->layout);
        args.input += args.depth;
        args.output += args.rows;
    }
}

const mcuai_operator mcuai_operator_conv_2d_foreign = {MCUAI_CONV_2D, MCUAI_ANY_LAYOUT,
                                                       check_conv_2d, evaluate_conv_2d};
const mcuai_operator mcuai_operator_depthwise_conv_2d_foreign = {
    MCUAI_DEPTHWISE_CONV_2D, MCUAI_ANY_LAYOUT, check_depthwise, evaluate_depthwise};
const mcuai_operator mcuai_operator_fully_connected_foreign = {
    MCUAI_FULLY_CONNECTED, MCUAI_ANY_LAYOUT, check_dense, evaluate_dense};
