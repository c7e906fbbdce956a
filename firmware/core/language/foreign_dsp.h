/* Matrices in the dsp layout for CPUs of other families. */
#ifndef MCUAI_LANGUAGE_FOREIGN_DSP_H
#define MCUAI_LANGUAGE_FOREIGN_DSP_H

#include "matrix.h"

extern const mcuai_matrix_layout mcuai_matrix_foreign_dsp_int8, mcuai_matrix_foreign_dsp_int4,
    mcuai_matrix_foreign_dsp_int2;

#endif
