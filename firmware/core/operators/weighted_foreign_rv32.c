#include "weighted_foreign.h"

MCUAI_DEFINE_FOREIGN_OPERATORS(rv32, MCUAI_LAYOUT_RV32);
