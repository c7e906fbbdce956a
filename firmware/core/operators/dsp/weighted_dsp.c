#include "../../kernels/dsp/dsp_kernels.h"
#include "../weighted.h"

#define DSP(TYPE, WEIGHTS)                                                                         \
    MCUAI_DEFINE_FAMILY_OPERATORS(dsp, MCUAI_LAYOUT_DSP, TYPE, WEIGHTS, &mcuai_dsp_loops_##TYPE,   \
                                  NULL, &mcuai_dsp_loops_##TYPE)

DSP(int8, MCUAI_INT8);
DSP(int4, MCUAI_INT4);
DSP(int2, MCUAI_INT2);
