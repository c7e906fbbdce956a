/* The operators for the dsp layout on CPUs of other families. */
#include "foreign_dsp.h"
#include "multiplying.h"

static mcuai_matrix_layouts layouts = {&mcuai_matrix_foreign_dsp_int8,
                                       &mcuai_matrix_foreign_dsp_int4,
                                       &mcuai_matrix_foreign_dsp_int2, NULL};

MCUAI_DEFINE_LINEAR(foreign_dsp, MCUAI_LAYOUT_DSP, MCUAI_ANY_WEIGHTS, layouts);
MCUAI_DEFINE_EXPERTS(foreign_dsp, MCUAI_LAYOUT_DSP, layouts);
