/* The integers of language models (docs/transformer-arithmetic.md, "Numbers"). Every function is
 * defined for every argument: weights may be damaged, and values come from outside. */
#ifndef MCUAI_LANGUAGE_ARITHMETIC_H
#define MCUAI_LANGUAGE_ARITHMETIC_H

#include <stdint.h>

/* mantissa * 2^(exponent - 31) */
typedef struct {
    int32_t mantissa, exponent;
} mcuai_real;

static inline int32_t mcuai_saturate(int64_t v) {
    return v > INT32_MAX ? INT32_MAX : v < -INT32_MAX ? -INT32_MAX : (int32_t)v;
}

/* z + y, saturated. */
static inline int32_t mcuai_add_saturated(int32_t z, int32_t y) {
    int32_t sum;
    if (__builtin_add_overflow(z, y, &sum))
        return z < 0 ? -INT32_MAX : INT32_MAX;
    return sum == INT32_MIN ? -INT32_MAX : sum;
}

static inline int32_t mcuai_high(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b) >> 32);
}

static inline int32_t mcuai_high_round(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b + (INT64_C(1) << 31)) >> 32);
}

/* v * 2^n; wraps. n is taken modulo 32. */
static inline int32_t mcuai_shift_left(int32_t v, uint32_t n) {
    return (int32_t)((uint32_t)v << (n & 31));
}

/* v * 2^n, saturated or rounded, halves upwards. */
static inline int32_t mcuai_shift_round(int32_t v, int32_t n) {
    if (n >= 0) {
        const uint32_t left = n > 31 ? 31 : (uint32_t)n;
        const int32_t most = INT32_MAX >> left;
        return v > most ? INT32_MAX : v < -most ? -INT32_MAX : mcuai_shift_left(v, left);
    }
    if (n < -31)
        return 0;
    return (v >> -n) + (v >> (-n - 1) & 1);
}

/* Leading zeros; 32 of 0. */
static inline int32_t mcuai_zeros(uint32_t m) {
    return m == 0 ? 32 : __builtin_clz(m);
}

static inline uint32_t mcuai_magnitude(int32_t v) {
    const uint32_t m = v < 0 ? 0u - (uint32_t)v : (uint32_t)v;
    return m > INT32_MAX ? INT32_MAX : m;
}

/* The greatest magnitude; -2^31, which no operator gives, counts as 2^31 - 1. */
static inline uint32_t mcuai_greatest_magnitude(const int32_t *x, uint32_t count) {
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t m = mcuai_magnitude(x[i]);
        greatest = m > greatest ? m : greatest;
    }
    return greatest;
}

#endif
