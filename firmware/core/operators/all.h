/* The list of all operators, for tables; a family puts its own before them. */
#ifndef MCUAI_ALL_OPERATORS_H
#define MCUAI_ALL_OPERATORS_H

#include "../src/operator.h"

#define MCUAI_WEIGHTED_OPERATORS(F, USE)                                                           \
    USE(conv_2d_##F) USE(depthwise_conv_2d_##F) USE(fully_connected_##F)

#define MCUAI_COMMON_OPERATORS(USE)                                                                \
    MCUAI_WEIGHTED_OPERATORS(rows, USE)                                                            \
    MCUAI_WEIGHTED_OPERATORS(foreign, USE)                                                         \
    USE(average_pool_2d) USE(max_pool_2d) USE(softmax) USE(copy) USE(add)                          \
    USE(mul) USE(minimum) USE(maximum) USE(table) USE(requantize) USE(mean)                        \
    USE(concatenation) USE(slice) USE(pad) USE(transpose) USE(resize_nearest)                      \
    USE(batch_matmul) USE(transpose_conv) USE(svdf) USE(lstm)

#define MCUAI_EXTERN_OPERATOR(NAME) extern const mcuai_operator mcuai_operator_##NAME;
#define MCUAI_OPERATOR_ADDRESS(NAME) &mcuai_operator_##NAME,

#endif
