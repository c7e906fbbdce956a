/* Instructions of Armv7E-M that C has no operator for. */
#ifndef MCUAI_DSP_INTRINSICS_H
#define MCUAI_DSP_INTRINSICS_H

#include <stdint.h>

#define MCUAI_DSP_BINARY(name, instruction)                                                        \
    static inline uint32_t mcuai_##name(uint32_t a, uint32_t b) {                                  \
        uint32_t y;                                                                                \
        __asm__(instruction " %0, %1, %2" : "=r"(y) : "r"(a), "r"(b));                             \
        return y;                                                                                  \
    }

/* a's halves + the sign-extended bytes 0 and 2 of b. */
MCUAI_DSP_BINARY(sxtab16, "sxtab16")

MCUAI_DSP_BINARY(sadd16, "sadd16")

/* Bytes 0 and 2, sign-extended. */
static inline uint32_t mcuai_sxtb16(uint32_t a) {
    uint32_t y;
    __asm__("sxtb16 %0, %1" : "=r"(y) : "r"(a));
    return y;
}

/* sum + the products of both halves. */
static inline uint32_t mcuai_smlad(uint32_t a, uint32_t b, uint32_t sum) {
    uint32_t y;
    __asm__("smlad %0, %1, %2, %3" : "=r"(y) : "r"(a), "r"(b), "r"(sum));
    return y;
}

/* sum + the upper half of a * b, rounded. */
static inline int32_t mcuai_smmlar(int32_t a, int32_t b, int32_t sum) {
    int32_t y;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(y) : "r"(a), "r"(b), "r"(sum));
    return y;
}

/* v / 2^n rounded, halves upwards, n at least 1: the carry of the shift is the half. */
static inline int32_t mcuai_shift_right_round(int32_t v, uint32_t n) {
    int32_t y;
    __asm__("asrs %0, %1, %2\n\tadc %0, %0, #0" : "=r"(y) : "r"(v), "r"(n) : "cc");
    return y;
}

/* The upper 15 bits of both as halves, with their signs. */
static inline uint32_t mcuai_pack_upper(uint32_t low, uint32_t high) {
    uint32_t y;
    __asm__("pkhtb %0, %1, %2, asr #17" : "=r"(y) : "r"((int32_t)high >> 1), "r"(low));
    return y;
}

/* The lower halves of both. */
static inline uint32_t mcuai_pkhbt(uint32_t low, uint32_t high) {
    uint32_t y;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(y) : "r"(low), "r"(high));
    return y;
}

/* Words at any address. Freestanding compilers call memcpy where these become one instruction. */
static inline uint32_t mcuai_load4(const void *from) {
    uint32_t word;
    __builtin_memcpy(&word, from, sizeof word);
    return word;
}

static inline void mcuai_store4(void *to, uint32_t word) {
    __builtin_memcpy(to, &word, sizeof word);
}

/* Four int8 between low and high; the flags live only inside the statement. */
static inline uint32_t mcuai_clamp4(uint32_t v, uint32_t low, uint32_t high) {
    uint32_t y, unused;
    __asm__("ssub8 %1, %2, %3\n\tsel %0, %2, %3\n\tssub8 %1, %4, %0\n\tsel %0, %0, %4"
            : "=&r"(y), "=&r"(unused)
            : "r"(v), "r"(low), "r"(high)
            : "cc");
    return y;
}

/* a << the low byte of `by`: 0 from 32 on, unlike in C. */
MCUAI_DSP_BINARY(lsl, "lsl")

/* The output of twice an accumulator by a row's {multiplier, rounding, exponent}, in the ordinary
 * or the general form: see scale_general.S. */
static inline int8_t mcuai_dsp_scale(uint32_t doubled, const uint32_t *row) {
    const uint32_t form = row[2];
    const uint32_t x = mcuai_lsl(doubled, form >> 16);
    const int32_t product =
        (int32_t)(((int64_t)(int32_t)x * (int32_t)row[0] + (INT64_C(1) << 31)) >> 32);
    const uint32_t sum = (uint32_t)product + row[1] + (uint32_t)((int32_t)(x & ~form) >> 31);
    const int32_t y = (int32_t)sum >> (form & 31);
    return (int8_t)(y < -128 ? -128 : y > 127 ? 127 : y);
}

#endif
