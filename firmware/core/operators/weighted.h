/* Operators with weights: conv_2d, depthwise_conv_2d and fully_connected, once for each layout and
 * type of weights, so that an image holds only the loops of the types that its pack has.
 *
 * conv_2d, depthwise_conv_2d: inputs x [N,H,W,C] and weights; output [N,OH,OW,O]; parameters
 * stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left, activation_min, activation_max.
 * Logical dims of the weights: [O,KH,KW,C], depthwise [1,KH,KW,O]. fully_connected: x [..., K] and
 * weights [O,K]; output [..., O]; parameters activation_min, activation_max.
 */
#ifndef MCUAI_WEIGHTED_H
#define MCUAI_WEIGHTED_H

#include "../kernels/kernels.h"
#include "../src/operator.h"

/* How the operators with weights do their work, for one layout and type of weights. */
typedef struct {
    void (*run)(const mcuai_conv *args); /* one image */
    uint32_t (*scratch)(const mcuai_conv *args);
    uint32_t (*blob_bytes)(uint32_t rows, uint32_t depth, uint32_t bits);
    const void *loops;
} mcuai_conv_kernels;

typedef struct {
    void (*run)(const mcuai_dense *args); /* one vector */
    uint32_t (*scratch)(const mcuai_dense *args);
    uint32_t (*blob_bytes)(uint32_t rows, uint32_t depth, uint32_t bits);
    const void *loops;
} mcuai_dense_kernels;

/* Checks and evaluations for every layout: node->kernels is one of the above. */
bool mcuai_check_conv_2d(const mcuai_node *node);
bool mcuai_check_depthwise_conv_2d(const mcuai_node *node);
bool mcuai_check_fully_connected(const mcuai_node *node);
void mcuai_evaluate_conv_2d(const mcuai_node *node);
void mcuai_evaluate_depthwise_conv_2d(const mcuai_node *node);
void mcuai_evaluate_fully_connected(const mcuai_node *node);

static inline const mcuai_tensor *mcuai_weights(const mcuai_node *node) {
    return &node->tensors[1];
}

/* Defines mcuai_operator_conv_2d_NAME, mcuai_operator_depthwise_conv_2d_NAME and
 * mcuai_operator_fully_connected_NAME with the kernels conv_2d_NAME, depthwise_NAME and dense_NAME.
 */
#define MCUAI_DEFINE_WEIGHTED_OPERATORS(NAME, LAYOUT, WEIGHTS)                                     \
    const mcuai_operator mcuai_operator_conv_2d_##NAME = {                                         \
        MCUAI_CONV_2D,          LAYOUT,         WEIGHTS, mcuai_check_conv_2d,                      \
        mcuai_evaluate_conv_2d, &conv_2d_##NAME};                                                  \
    const mcuai_operator                                                                           \
        mcuai_operator_depthwise_conv_2d_##NAME = {MCUAI_DEPTHWISE_CONV_2D,                        \
                                                   LAYOUT,                                         \
                                                   WEIGHTS,                                        \
                                                   mcuai_check_depthwise_conv_2d,                  \
                                                   mcuai_evaluate_depthwise_conv_2d,               \
                                                   &depthwise_##NAME};                             \
    const mcuai_operator mcuai_operator_fully_connected_##NAME = {                                 \
        MCUAI_FULLY_CONNECTED,          LAYOUT,       WEIGHTS, mcuai_check_fully_connected,        \
        mcuai_evaluate_fully_connected, &dense_##NAME}

/* The three operators of family F for one type of weights, with the inner loops of each. */
#define MCUAI_DEFINE_FAMILY_OPERATORS(F, LAYOUT, TYPE, WEIGHTS, CONV_LOOPS, DEPTHWISE_LOOPS,       \
                                      DENSE_LOOPS)                                                 \
    static const mcuai_conv_kernels conv_2d_##F##_##TYPE = {                                       \
        mcuai_conv2d_##F, mcuai_conv2d_##F##_scratch, mcuai_dense_##F##_bytes, CONV_LOOPS};        \
    static const mcuai_conv_kernels depthwise_##F##_##TYPE = {                                     \
        mcuai_depthwise_##F, mcuai_depthwise_##F##_scratch, mcuai_depthwise_##F##_bytes,           \
        DEPTHWISE_LOOPS};                                                                          \
    static const mcuai_dense_kernels dense_##F##_##TYPE = {                                        \
        mcuai_dense_##F, mcuai_dense_##F##_scratch, mcuai_dense_##F##_bytes, DENSE_LOOPS};         \
    MCUAI_DEFINE_WEIGHTED_OPERATORS(F##_##TYPE, LAYOUT, WEIGHTS)

#endif
