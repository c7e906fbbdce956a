/* Operators with weights: conv_2d, depthwise_conv_2d and fully_connected, once for each layout.
 *
 * conv_2d, depthwise_conv_2d: inputs x [N,H,W,C] and weights; output [N,OH,OW,O]; parameters stride_h, stride_w,
 * dilation_h, dilation_w, pad_top, pad_left, activation_min, activation_max. Logical dims of the weights: [O,KH,KW,C],
 * depthwise [1,KH,KW,O].
 * fully_connected: x [..., K] and weights [O,K]; output [..., O]; parameters activation_min, activation_max.
 */
#ifndef MCUAI_WEIGHTED_H
#define MCUAI_WEIGHTED_H

#include "../kernels/kernels.h"
#include "../src/operator.h"

/* Fill the kernel's arguments for the first image or vector; false if the node is not sound. */
bool mcuai_conv_arguments(const mcuai_node *node, mcuai_conv *args);
bool mcuai_depthwise_arguments(const mcuai_node *node, mcuai_conv *args);
bool mcuai_dense_arguments(const mcuai_node *node, mcuai_dense *args);

/* Run a kernel over all images (vectors) of the batch. */
void mcuai_conv_each(const mcuai_node *node, mcuai_conv *args, void (*kernel)(const mcuai_conv *));
void mcuai_dense_each(const mcuai_node *node, mcuai_dense *args,
                      void (*kernel)(const mcuai_dense *));

static inline const mcuai_tensor *mcuai_weights(const mcuai_node *node) {
    return &node->tensors[1];
}

/* Defines mcuai_operator_conv_2d_F, mcuai_operator_depthwise_conv_2d_F and mcuai_operator_fully_connected_F. The
 * arguments are filled without checks in `evaluate`: the same node passed `check` when the pack was opened. */
#define MCUAI_DEFINE_WEIGHTED_OPERATORS(F, LAYOUT)                                                 \
    static bool check_conv_2d(const mcuai_node *node) {                                            \
        mcuai_conv args;                                                                           \
        return mcuai_conv_arguments(node, &args) &&                                                \
               mcuai_weights(node)->bytes ==                                                       \
                   mcuai_dense_##F##_bytes((uint32_t)args.out_c,                                   \
                                           (uint32_t)(args.kernel_h * args.kernel_w * args.in_c),  \
                                           (uint32_t)args.bits) &&                                 \
               node->scratch_bytes >= mcuai_conv2d_##F##_scratch(&args);                           \
    }                                                                                              \
    static void evaluate_conv_2d(const mcuai_node *node) {                                         \
        mcuai_conv args;                                                                           \
        mcuai_conv_arguments(node, &args);                                                         \
        mcuai_conv_each(node, &args, mcuai_conv2d_##F);                                            \
    }                                                                                              \
    static bool check_depthwise(const mcuai_node *node) {                                          \
        mcuai_conv args;                                                                           \
        return mcuai_depthwise_arguments(node, &args) &&                                           \
               mcuai_weights(node)->bytes ==                                                       \
                   mcuai_depthwise_##F##_bytes((uint32_t)args.out_c,                               \
                                               (uint32_t)(args.kernel_h * args.kernel_w),          \
                                               (uint32_t)args.bits) &&                             \
               node->scratch_bytes >= mcuai_depthwise_##F##_scratch(&args);                        \
    }                                                                                              \
    static void evaluate_depthwise(const mcuai_node *node) {                                       \
        mcuai_conv args;                                                                           \
        mcuai_depthwise_arguments(node, &args);                                                    \
        mcuai_conv_each(node, &args, mcuai_depthwise_##F);                                         \
    }                                                                                              \
    static bool check_dense(const mcuai_node *node) {                                              \
        mcuai_dense args;                                                                          \
        return mcuai_dense_arguments(node, &args) &&                                               \
               mcuai_weights(node)->bytes == mcuai_dense_##F##_bytes((uint32_t)args.rows,          \
                                                                     (uint32_t)args.depth,         \
                                                                     (uint32_t)args.bits) &&       \
               node->scratch_bytes >= mcuai_dense_##F##_scratch(&args);                            \
    }                                                                                              \
    static void evaluate_dense(const mcuai_node *node) {                                           \
        mcuai_dense args;                                                                          \
        mcuai_dense_arguments(node, &args);                                                        \
        mcuai_dense_each(node, &args, mcuai_dense_##F);                                            \
    }                                                                                              \
    const mcuai_operator mcuai_operator_conv_2d_##F = {MCUAI_CONV_2D, LAYOUT, check_conv_2d,       \
                                                       evaluate_conv_2d};                          \
    const mcuai_operator mcuai_operator_depthwise_conv_2d_##F = {                                  \
        MCUAI_DEPTHWISE_CONV_2D, LAYOUT, check_depthwise, evaluate_depthwise};                     \
    const mcuai_operator mcuai_operator_fully_connected_##F = {MCUAI_FULLY_CONNECTED, LAYOUT,      \
                                                               check_dense, evaluate_dense}

#endif
