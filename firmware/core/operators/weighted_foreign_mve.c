#include "weighted_foreign.h"

MCUAI_DEFINE_FOREIGN_OPERATORS(mve, MCUAI_LAYOUT_MVE);
