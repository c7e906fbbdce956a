#include "../kernels/portable/rows.h"
#include "weighted.h"

#define ROWS(TYPE, WEIGHTS)                                                                        \
    MCUAI_DEFINE_FAMILY_OPERATORS(rows, MCUAI_LAYOUT_ROWS, TYPE, WEIGHTS,                          \
                                  &mcuai_rows_loops_##TYPE, NULL, &mcuai_rows_loops_##TYPE)

ROWS(int8, MCUAI_INT8);
ROWS(int4, MCUAI_INT4);
ROWS(int2, MCUAI_INT2);
