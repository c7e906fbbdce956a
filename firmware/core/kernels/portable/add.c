/* Addition of two int8 tensors of one shape. */
#include "../kernels.h"
#include "../requantize.h"

static inline uint32_t rescaled(int32_t x, int32_t offset, int32_t left_shift, int32_t multiplier,
                                int32_t shift) {
    const uint32_t raised = (uint32_t)(x + offset) << left_shift;
    return (uint32_t)mcuai_requantize((int32_t)raised, multiplier, shift);
}

/* y may be a or b, or start before either. */
void mcuai_add_s8(const mcuai_add_params *params, const int8_t *a, const int8_t *b, int8_t *y,
                  uint32_t count) {
    const mcuai_add_params p = *params;
    for (; count > 0; count--) {
        const uint32_t sum = rescaled(*a++, p.offset1, p.left_shift, p.multiplier1, p.shift1) +
                             rescaled(*b++, p.offset2, p.left_shift, p.multiplier2, p.shift2);
        const int32_t scaled = mcuai_requantize((int32_t)sum, p.output_multiplier, p.output_shift);
        const int32_t shifted = (int32_t)((uint32_t)scaled + (uint32_t)p.output_offset);
        *y++ = (int8_t)mcuai_clamp(shifted, p.activation_min, p.activation_max);
    }
}
