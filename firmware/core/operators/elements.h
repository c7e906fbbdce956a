/* What operators need to know about the elements of tensors. */
#ifndef MCUAI_ELEMENTS_H
#define MCUAI_ELEMENTS_H

#include "../kernels/requantize.h"
#include "../src/operator.h"

/* Bytes of one element; 0 for types of which several share a byte. */
static inline int32_t mcuai_width(const mcuai_tensor *tensor) {
    switch (tensor->type) {
    case MCUAI_INT8:
    case MCUAI_UINT8:
        return 1;
    case MCUAI_INT16:
        return 2;
    case MCUAI_INT32:
        return 4;
    default:
        return 0;
    }
}

/* Whether the tensor is an array of whole elements whose byte offsets fit in int32. Activations
 * were checked when the pack was opened; a constant of fewer bytes than its dims say would be read
 * beyond its end. */
static inline bool mcuai_plain(const mcuai_tensor *tensor) {
    const int32_t width = mcuai_width(tensor);
    return width != 0 && tensor->bytes <= INT32_MAX &&
           (uint64_t)mcuai_elements(tensor) * (uint32_t)width == tensor->bytes;
}

static inline bool mcuai_plain_of(const mcuai_tensor *tensor, mcuai_type type) {
    return tensor->type == type && mcuai_plain(tensor);
}

/* Byte strides of the four dims. */
static inline void mcuai_byte_strides(const mcuai_tensor *tensor, int32_t strides[MCUAI_MAX_RANK]) {
    int32_t stride = mcuai_width(tensor);
    for (int i = MCUAI_MAX_RANK - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= tensor->dims[i];
    }
}

/* Whether the zero point is one of an int8 tensor. */
static inline bool mcuai_int8_zero_point(int32_t zero_point) {
    return mcuai_in_range(zero_point, -128, 127);
}

/* Whether the offset is a negated zero point of an int8 tensor. */
static inline bool mcuai_int8_offset(int32_t offset) {
    return mcuai_in_range(offset, -127, 128);
}

/* The last step of integer operators: x to the output's scale and zero point. The addition wraps,
 * as large factors of a damaged pack can make it. */
static inline int32_t mcuai_rescale(int32_t x, int32_t multiplier, int32_t shift,
                                    int32_t zero_point, int32_t low, int32_t high) {
    const int32_t scaled = mcuai_requantize(x, multiplier, shift);
    return mcuai_clamp((int32_t)((uint32_t)scaled + (uint32_t)zero_point), low, high);
}

#endif
