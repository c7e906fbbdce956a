/* The rows layout on any CPU. */
#include "matrix_rows.h"

MCUAI_DEFINE_ROWS(int8, MCUAI_INT8, mcuai_matrix_quantize, mcuai_matrix_multiply);
MCUAI_DEFINE_ROWS(int4, MCUAI_INT4, mcuai_matrix_quantize, mcuai_matrix_multiply);
MCUAI_DEFINE_ROWS(int2, MCUAI_INT2, mcuai_matrix_quantize, mcuai_matrix_multiply);
