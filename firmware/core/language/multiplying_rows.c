#include "multiplying.h"

MCUAI_DEFINE_MULTIPLYING(rows, MCUAI_LAYOUT_ROWS);
