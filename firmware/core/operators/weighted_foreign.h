/* The operators with weights for another family's layout on any CPU: slow, so that every pack runs
 * everywhere. A file for each layout, which refers to that layout's reader alone. */
#ifndef MCUAI_WEIGHTED_FOREIGN_H
#define MCUAI_WEIGHTED_FOREIGN_H

#include "../kernels/portable/foreign.h"
#include "weighted.h"

#define MCUAI_DEFINE_FOREIGN_OPERATORS(F, LAYOUT)                                                  \
    static const mcuai_row_reader dense_reader = {mcuai_dense_row_##F, mcuai_dense_weight_##F};    \
    static const mcuai_row_reader depthwise_reader = {mcuai_depthwise_row_##F,                     \
                                                      mcuai_depthwise_weight_##F};                 \
    static const mcuai_conv_kernels conv_2d_foreign_##F = {                                        \
        mcuai_conv2d_foreign, mcuai_conv2d_rows_scratch, mcuai_dense_##F##_bytes, &dense_reader};  \
    static const mcuai_conv_kernels depthwise_foreign_##F = {                                      \
        mcuai_depthwise_foreign, mcuai_depthwise_rows_scratch, mcuai_depthwise_##F##_bytes,        \
        &depthwise_reader};                                                                        \
    static const mcuai_dense_kernels dense_foreign_##F = {                                         \
        mcuai_dense_foreign, mcuai_dense_rows_scratch, mcuai_dense_##F##_bytes, &dense_reader};    \
    MCUAI_DEFINE_WEIGHTED_OPERATORS(foreign_##F, LAYOUT, MCUAI_ANY_WEIGHTS)

#endif
