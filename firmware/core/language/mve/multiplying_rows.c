/* The operators for the rows layout, which this family reads as it is. */
#include "../multiplying.h"
#include "linear.h"

static mcuai_matrix_layouts int8 = {&mcuai_matrix_mve_int8, NULL};
static mcuai_matrix_layouts int4 = {&mcuai_matrix_mve_int4, NULL};
static mcuai_matrix_layouts int2 = {&mcuai_matrix_mve_int2, NULL};
static mcuai_matrix_layouts all = {&mcuai_matrix_mve_int8, &mcuai_matrix_mve_int4,
                                   &mcuai_matrix_mve_int2, NULL};

MCUAI_DEFINE_LINEAR(rows_int8, MCUAI_LAYOUT_ROWS, MCUAI_INT8, int8);
MCUAI_DEFINE_LINEAR(rows_int4, MCUAI_LAYOUT_ROWS, MCUAI_INT4, int4);
MCUAI_DEFINE_LINEAR(rows_int2, MCUAI_LAYOUT_ROWS, MCUAI_INT2, int2);
MCUAI_DEFINE_EXPERTS(rows, MCUAI_LAYOUT_ROWS, all);
