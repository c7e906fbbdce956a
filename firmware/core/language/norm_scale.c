#include "functions.h"
#include "normalise.h"

mcuai_norm_scale mcuai_norm_scale_of(const mcuai_norm *norm, uint64_t sum) {
    const uint32_t high = (uint32_t)(sum >> 32);
    const int32_t k = (high ? mcuai_zeros(high) : 32 + mcuai_zeros((uint32_t)sum)) / 2;
    const int32_t inverse = mcuai_inverse_root((uint32_t)(sum << 2 * k >> 32));
    return (mcuai_norm_scale){mcuai_high_round(inverse, norm->root.mantissa),
                              k + norm->root.exponent - 12 - norm->gain_exponent};
}
