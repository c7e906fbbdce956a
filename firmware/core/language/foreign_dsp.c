#include "foreign_dsp.h"

#include "matrix_dsp.h"

#define FOREIGN(NAME, TYPE)                                                                        \
    const mcuai_matrix_layout mcuai_matrix_foreign_dsp_##NAME = {TYPE,                             \
                                                                 MCUAI_DSP_ROWS,                   \
                                                                 mcuai_dsp_matrix_bytes,           \
                                                                 mcuai_matrix_vector_bytes,        \
                                                                 mcuai_dsp_factor,                 \
                                                                 mcuai_dsp_read_##NAME,            \
                                                                 mcuai_matrix_quantize,            \
                                                                 mcuai_matrix_multiply}

FOREIGN(int8, MCUAI_INT8);
FOREIGN(int4, MCUAI_INT4);
FOREIGN(int2, MCUAI_INT2);
