#include "../../kernels/dsp/linear.h"
#include "../../language/multiplying.h"

MCUAI_DEFINE_MULTIPLYING(dsp, MCUAI_LAYOUT_DSP);
