/* Fixed-point exp and reciprocal of gemmlowp, as TensorFlow Lite's softmax uses them (docs/arithmetic.md). Qi.f has i
 * integer and f fraction bits beside the sign. */
#ifndef MCUAI_EXPONENTIAL_H
#define MCUAI_EXPONENTIAL_H

#include "requantize.h"

/* x * 2^exponent, saturating. */
static inline int32_t mcuai_saturating_shift_left(int32_t x, int32_t exponent) {
    const int32_t limit = (int32_t)((UINT32_C(1) << (31 - exponent)) - 1);
    return x > limit ? INT32_MAX : x < -limit ? INT32_MIN : (int32_t)((uint32_t)x << exponent);
}

/* exp(x), Q0.31, of x in [-1/4, 0), Q0.31: a Taylor polynomial of degree 4 around -1/8. */
static inline int32_t mcuai_exp_quarter(int32_t x) {
    const int32_t exp_minus_eighth = 1895147668; /* exp(-1/8) * 2^31 */
    const int32_t third = 715827883;             /* 2^31 / 3 */
    const int32_t t = x + (INT32_C(1) << 28);
    const int32_t t2 = mcuai_doubling_high_mul(t, t);
    const int32_t t3 = mcuai_doubling_high_mul(t2, t);
    const int32_t t4 = mcuai_doubling_high_mul(t2, t2);
    const int32_t t4_4 = mcuai_rounding_divide_by_pot(t4, 2);
    const int32_t tail =
        mcuai_rounding_divide_by_pot(mcuai_doubling_high_mul(t4_4 + t3, third) + t2, 1);
    return exp_minus_eighth + mcuai_doubling_high_mul(exp_minus_eighth, t + tail);
}

/* exp(x), Q0.31, of x <= 0, Q5.26. */
static inline int32_t mcuai_exp_q5_26(int32_t x) {
    /* exp(-2^i) * 2^31 for i = -2 .. 4 */
    static const int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308,
                                       39332535,   720401,     242};
    const int32_t quarter = INT32_C(1) << 24;
    if (x == 0)
        return INT32_MAX;
    const int32_t fraction = (x & (quarter - 1)) - quarter;
    int32_t result = mcuai_exp_quarter((int32_t)((uint32_t)fraction << 5));
    const uint32_t remainder = (uint32_t)fraction - (uint32_t)x;
    for (int i = 0; i < 7; i++)
        if (remainder & (UINT32_C(1) << (24 + i)))
            result = mcuai_doubling_high_mul(result, factors[i]);
    return result;
}

/* 1 / (1 + x), Q0.31, of x in [0, 1), Q0.31: three steps of Newton's method. */
static inline int32_t mcuai_one_over_one_plus(int32_t x) {
    const int32_t half_denominator = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
    const int32_t c48_17 = 1515870810, c32_17 = -1010580540; /* Q2.29 */
    int32_t y = c48_17 + mcuai_doubling_high_mul(half_denominator, c32_17);
    for (int i = 0; i < 3; i++) {
        const int32_t error =
            (INT32_C(1) << 29) - mcuai_doubling_high_mul(half_denominator, y);
        y += mcuai_saturating_shift_left(mcuai_doubling_high_mul(y, error), 2);
    }
    return mcuai_saturating_shift_left(y, 1);
}

/* The reciprocal of x > 0, Q12.19, as mantissa Q0.31 and a number of bits: 1 / x = mantissa / 2^bits. */
static inline int32_t mcuai_reciprocal_q12_19(int32_t x, int32_t *bits_over_unit) {
    int32_t zeros = 0;
    for (uint32_t v = (uint32_t)x; !(v & UINT32_C(0x80000000)) && zeros < 31; v <<= 1)
        zeros++;
    *bits_over_unit = 12 - zeros;
    return mcuai_one_over_one_plus((int32_t)(((uint32_t)x << zeros) - UINT32_C(0x80000000)));
}

#endif
