/* The operators with weights for any layout on any CPU: slow, so that every pack runs everywhere.
 */
#include "../kernels/portable/foreign.h"
#include "weighted.h"

#define FOREIGN(F, LAYOUT)                                                                         \
    static const mcuai_conv_kernels conv_2d_foreign_##F = {                                        \
        mcuai_conv2d_foreign, mcuai_conv2d_rows_scratch, mcuai_dense_##F##_bytes,                  \
        &mcuai_dense_reader_##F};                                                                  \
    static const mcuai_conv_kernels depthwise_foreign_##F = {                                      \
        mcuai_depthwise_foreign, mcuai_depthwise_rows_scratch, mcuai_depthwise_##F##_bytes,        \
        &mcuai_depthwise_reader_##F};                                                              \
    static const mcuai_dense_kernels dense_foreign_##F = {                                         \
        mcuai_dense_foreign, mcuai_dense_rows_scratch, mcuai_dense_##F##_bytes,                    \
        &mcuai_dense_reader_##F};                                                                  \
    MCUAI_DEFINE_WEIGHTED_OPERATORS(foreign_##F, LAYOUT, MCUAI_ANY_WEIGHTS)

FOREIGN(dsp, MCUAI_LAYOUT_DSP);
FOREIGN(mve, MCUAI_LAYOUT_MVE);
FOREIGN(rv32, MCUAI_LAYOUT_RV32);
