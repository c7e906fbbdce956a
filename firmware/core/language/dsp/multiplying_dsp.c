#include "../multiplying.h"
#include "linear.h"

MCUAI_DEFINE_MULTIPLYING(dsp, MCUAI_LAYOUT_DSP);
