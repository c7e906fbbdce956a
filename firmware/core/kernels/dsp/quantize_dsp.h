#ifndef MCUAI_DSP_QUANTIZE_H
#define MCUAI_DSP_QUANTIZE_H

#include "linear.h"

/* Scale of the vector of x, and how its numbers are made. */
mcuai_real mcuai_dsp_scale_of(const int32_t *x, uint32_t count, mcuai_dsp_packing *packing);

/* `quantize` of the layouts. */
mcuai_vector mcuai_dsp_quantize_int8(const mcuai_matrix *matrix, const int32_t *x, void *memory);
mcuai_vector mcuai_dsp_quantize_int4(const mcuai_matrix *matrix, const int32_t *x, void *memory);
mcuai_vector mcuai_dsp_quantize_int2(const mcuai_matrix *matrix, const int32_t *x, void *memory);

#endif
