#include "../../kernels/mve/depthwise.h"
#include "../../kernels/mve/matrix.h"
#include "../weighted.h"

#define MVE(TYPE, WEIGHTS)                                                                         \
    MCUAI_DEFINE_FAMILY_OPERATORS(mve, MCUAI_LAYOUT_MVE, TYPE, WEIGHTS, &mcuai_mve_loops_##TYPE,   \
                                  &mcuai_mve_depthwise_loops_##TYPE, &mcuai_mve_loops_##TYPE)

MVE(int8, MCUAI_INT8);
MVE(int4, MCUAI_INT4);
MVE(int2, MCUAI_INT2);
