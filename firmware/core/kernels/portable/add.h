/* Addition of int8 tensors element by element: what the families' vector loops leave over, or do not take. */
#ifndef MCUAI_KERNELS_PORTABLE_ADD_H
#define MCUAI_KERNELS_PORTABLE_ADD_H

#include "../kernels.h"
#include "../requantize.h"

static inline uint32_t mcuai_add_term(int32_t x, int32_t offset, int32_t left_shift,
                                      int32_t multiplier, int32_t shift) {
    const uint32_t raised = (uint32_t)(x + offset) << left_shift;
    return (uint32_t)mcuai_requantize((int32_t)raised, multiplier, shift);
}

static inline void mcuai_add_elements(const mcuai_add_params *params, const int8_t *a,
                                      const int8_t *b, int8_t *y, uint32_t count) {
    const mcuai_add_params p = *params;
    for (; count > 0; count--) {
        const uint32_t sum =
            mcuai_add_term(*a++, p.offset1, p.left_shift, p.multiplier1, p.shift1) +
            mcuai_add_term(*b++, p.offset2, p.left_shift, p.multiplier2, p.shift2);
        const int32_t scaled =
            mcuai_requantize((int32_t)sum, p.output_multiplier, p.output_shift);
        const int32_t shifted = (int32_t)((uint32_t)scaled + (uint32_t)p.output_offset);
        *y++ = (int8_t)mcuai_clamp(shifted, p.activation_min, p.activation_max);
    }
}

#endif
