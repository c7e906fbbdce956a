#include "../../kernels/rv32/run.h"
#include "../weighted.h"

#define RV32(TYPE, WEIGHTS)                                                                        \
    MCUAI_DEFINE_FAMILY_OPERATORS(rv32, MCUAI_LAYOUT_RV32, TYPE, WEIGHTS,                          \
                                  &mcuai_rv32_conv_loops_##TYPE, NULL, &mcuai_rv32_loops_##TYPE)

RV32(int8, MCUAI_INT8);
RV32(int4, MCUAI_INT4);
RV32(int2, MCUAI_INT2);
