/* Requantization, exactly as TensorFlow Lite rounds it (docs/arithmetic.md, "Requantization"). */
#ifndef MCUAI_REQUANTIZE_H
#define MCUAI_REQUANTIZE_H

#include <stdint.h>

/* round(a * b / 2^31), ties upwards; gemmlowp's SaturatingRoundingDoublingHighMul, whose only saturating case
 * (both operands -2^31) does not occur: multipliers are not negative. */
static inline int32_t mcuai_doubling_high_mul(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/* round(x / 2^exponent), ties away from zero; 0 <= exponent <= 31. */
static inline int32_t mcuai_rounding_divide_by_pot(int32_t x, int32_t exponent) {
    const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1);
    const int32_t remainder = x & mask;
    const int32_t threshold = (int32_t)((uint32_t)mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/* x * multiplier * 2^(shift - 31), rounded twice: -31 <= shift <= 30. The shift to the left wraps. Shifts are taken
 * modulo 32, as most CPUs do anyway: shifts come from weights, whose bytes may be damaged. */
static inline int32_t mcuai_requantize(int32_t x, int32_t multiplier, int32_t shift) {
    const int32_t left = shift > 0 ? shift & 31 : 0;
    const int32_t right = shift > 0 ? 0 : (int32_t)(0u - (uint32_t)shift) & 31;
    const int32_t scaled = (int32_t)((uint32_t)x << left);
    return mcuai_rounding_divide_by_pot(mcuai_doubling_high_mul(scaled, multiplier), right);
}

static inline int32_t mcuai_clamp(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : x;
}

#endif
