/* The list of all operators, for tables; a family puts its own before them. */
#ifndef MCUAI_ALL_OPERATORS_H
#define MCUAI_ALL_OPERATORS_H

#include "../src/operator.h"

#define MCUAI_THREE_OPERATORS(NAME, USE)                                                           \
    USE(conv_2d_##NAME) USE(depthwise_conv_2d_##NAME) USE(fully_connected_##NAME)

#define MCUAI_WEIGHTED_OPERATORS(F, USE)                                                           \
    MCUAI_THREE_OPERATORS(F##_int8, USE)                                                           \
    MCUAI_THREE_OPERATORS(F##_int4, USE)                                                           \
    MCUAI_THREE_OPERATORS(F##_int2, USE)

/* Those that read another family's layout. */
#define MCUAI_FOREIGN_OPERATORS(F, USE) MCUAI_THREE_OPERATORS(foreign_##F, USE)

/* Those of language models that multiply by matrices of a layout, and by another family's. */
#define MCUAI_MULTIPLYING_OPERATORS(F, USE)                                                        \
    USE(embedding_##F##_int8)                                                                      \
    USE(embedding_##F##_int4)                                                                      \
    USE(embedding_##F##_int2)                                                                      \
    USE(linear_##F##_int8)                                                                         \
    USE(linear_##F##_int4) USE(linear_##F##_int2) USE(experts_##F) USE(embedding_pieces_##F)

#define MCUAI_FOREIGN_MULTIPLYING_OPERATORS(F, USE)                                                \
    USE(embedding_foreign_##F)                                                                     \
    USE(linear_foreign_##F) USE(experts_foreign_##F) USE(embedding_pieces_foreign_##F)

/* Those of language models. */
#define MCUAI_LANGUAGE_OPERATORS(USE)                                                              \
    MCUAI_MULTIPLYING_OPERATORS(rows, USE)                                                         \
    USE(rms_norm) USE(angles) USE(rotary) USE(swiglu) USE(attention)

#define MCUAI_COMMON_OPERATORS(USE)                                                                \
    MCUAI_WEIGHTED_OPERATORS(rows, USE)                                                            \
    USE(average_pool_2d)                                                                           \
    USE(max_pool_2d)                                                                               \
    USE(softmax)                                                                                   \
    USE(copy)                                                                                      \
    USE(add)                                                                                       \
    USE(mul)                                                                                       \
    USE(minimum)                                                                                   \
    USE(maximum)                                                                                   \
    USE(table)                                                                                     \
    USE(requantize)                                                                                \
    USE(mean)                                                                                      \
    USE(concatenation)                                                                             \
    USE(slice)                                                                                     \
    USE(pad)                                                                                       \
    USE(transpose)                                                                                 \
    USE(resize_nearest)                                                                            \
    USE(batch_matmul) USE(transpose_conv) USE(svdf) USE(lstm) MCUAI_LANGUAGE_OPERATORS(USE)

#define MCUAI_EXTERN_OPERATOR(NAME)  extern const mcuai_operator mcuai_operator_##NAME;
#define MCUAI_OPERATOR_ADDRESS(NAME) &mcuai_operator_##NAME,

#endif
