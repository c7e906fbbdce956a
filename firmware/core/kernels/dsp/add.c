/* Addition of int8 tensors for Armv7E-M. TensorFlow Lite scales both inputs so that the larger one's factor is exactly
 * a half: its term is a shift, and only the other one has to be multiplied and rounded. */
#include "../portable/add.h"
#include "intrinsics.h"

/* Constants of the loop: the kept input's factor is a half, the scaled one's and the sum's are below a half. */
typedef struct {
    int32_t kept_offset, scaled_offset, left_shift;
    int32_t multiplier, exponent, rounding;
    int32_t output_multiplier, output_exponent, output_rounding;
} terms;

/* Byte `index` of four, sign-extended, plus an offset. */
#define SXTAB(y, offset, word, rotation)                                                           \
    __asm__("sxtab %0, %1, %2, ror #" #rotation : "=r"(y) : "r"(offset), "r"(word))

/* (2 * x * multiplier + 2^31) / 2^32 + addend, for the doubled x given. */
static inline int32_t smmlar(int32_t doubled, int32_t multiplier, int32_t addend) {
    int32_t y;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(y) : "r"(doubled), "r"(multiplier), "r"(addend));
    return y;
}

/* Requantizes x, given doubled, to `exponent` >= 1 bits less, ties away from zero: the rounding term is
 * 2^(exponent - 1), and one less for negative x. */
static inline int32_t scaled(int32_t doubled, int32_t multiplier, int32_t rounding,
                             int32_t exponent) {
    return smmlar(doubled, multiplier, rounding + (doubled >> 31)) >> exponent;
}

static inline int32_t saturated(int32_t x) {
    int32_t y;
    __asm__("ssat %0, #8, %1" : "=r"(y) : "r"(x));
    return y;
}

static inline int32_t sum(const terms *t, int32_t kept, int32_t other) {
    const int32_t term = scaled((int32_t)((uint32_t)other << t->left_shift << 1), t->multiplier,
                                t->rounding, t->exponent);
    const uint32_t both = (uint32_t)term + ((uint32_t)kept << (t->left_shift - 1));
    return saturated(scaled((int32_t)(both << 1), t->output_multiplier, t->output_rounding,
                            t->output_exponent));
}

static void add_fours(const terms *params, const int8_t *kept, const int8_t *other, int8_t *y,
                      uint32_t fours, uint32_t low, uint32_t high) {
    const terms t = *params;
    for (; fours > 0; fours--, kept += 4, other += 4, y += 4) {
        const uint32_t k = mcuai_load4(kept), o = mcuai_load4(other);
        int32_t a, b;
        SXTAB(a, t.kept_offset, k, 0);
        SXTAB(b, t.scaled_offset, o, 0);
        uint32_t word = (uint32_t)sum(&t, a, b) & 0xFF;
        SXTAB(a, t.kept_offset, k, 8);
        SXTAB(b, t.scaled_offset, o, 8);
        word |= ((uint32_t)sum(&t, a, b) & 0xFF) << 8;
        SXTAB(a, t.kept_offset, k, 16);
        SXTAB(b, t.scaled_offset, o, 16);
        word |= ((uint32_t)sum(&t, a, b) & 0xFF) << 16;
        SXTAB(a, t.kept_offset, k, 24);
        SXTAB(b, t.scaled_offset, o, 24);
        word |= (uint32_t)sum(&t, a, b) << 24;
        word = mcuai_clamp4(word, low, high);
        mcuai_store4(y, word);
    }
}

static int32_t half_up(int32_t exponent) {
    return INT32_C(1) << (exponent - 1);
}

static int is_half(int32_t multiplier, int32_t shift, int32_t left_shift) {
    return multiplier == INT32_C(1) << 30 && shift == 0 && left_shift > 0;
}

static int below_half(int32_t shift) {
    return shift < 0 && shift > -31;
}

void mcuai_add_s8(const mcuai_add_params *p, const int8_t *a, const int8_t *b, int8_t *y,
                  uint32_t count) {
    const int first = is_half(p->multiplier1, p->shift1, p->left_shift) && below_half(p->shift2);
    const int second = is_half(p->multiplier2, p->shift2, p->left_shift) && below_half(p->shift1);
    uint32_t done = 0;
    /* The output's offset is added before its shift: it must not overflow there. */
    if ((first || second) && below_half(p->output_shift) && p->output_shift > -23) {
        const int32_t exponent = first ? -p->shift2 : -p->shift1;
        const int32_t output_exponent = -p->output_shift;
        const terms t = {
            .kept_offset = first ? p->offset1 : p->offset2,
            .scaled_offset = first ? p->offset2 : p->offset1,
            .left_shift = p->left_shift,
            .multiplier = first ? p->multiplier2 : p->multiplier1,
            .exponent = exponent,
            .rounding = half_up(exponent),
            .output_multiplier = p->output_multiplier,
            .output_exponent = output_exponent,
            .output_rounding =
                half_up(output_exponent) + p->output_offset * (INT32_C(1) << output_exponent),
        };
        const uint32_t low = (uint32_t)(p->activation_min & 0xFF) * UINT32_C(0x01010101);
        const uint32_t high = (uint32_t)(p->activation_max & 0xFF) * UINT32_C(0x01010101);
        done = count / 4 * 4;
        add_fours(&t, first ? a : b, first ? b : a, y, count / 4, low, high);
    }
    mcuai_add_elements(p, a + done, b + done, y + done, count - done);
}
