#include "weighted_foreign.h"

MCUAI_DEFINE_FOREIGN_OPERATORS(dsp, MCUAI_LAYOUT_DSP);
