/* The operator attention (attention.c), which kernel families may run in their own way. */
#ifndef MCUAI_LANGUAGE_ATTENTION_H
#define MCUAI_LANGUAGE_ATTENTION_H

#include "../src/operator.h"
#include "arithmetic.h"

/* Scores from this distance to the greatest on, Q16 before log2(e), have no weight. */
#define MCUAI_FAR (UINT32_C(1) << 23)

/* The operator's tensors and sizes. */
typedef struct {
    const int32_t *q, *q2, *k, *k2, *v;
    int8_t *keys, *values;
    int16_t *scales, *scales2, *value_scales; /* [C] */
    uint32_t heads, groups, first, second, width, context;
    int32_t key_fraction, value_fraction;
    mcuai_real factor;
    uint32_t *scores; /* [C] */
    int16_t *weights; /* [C] */
    int16_t *query;   /* [first + second] */
    uint32_t *sums;   /* [width] */
} mcuai_attention;

bool mcuai_attention_check(const mcuai_node *node);
void mcuai_attention_evaluate(const mcuai_node *node);

mcuai_attention mcuai_attention_of(const mcuai_node *node);

/* Where a row of the operator stands: its position, within the context. */
uint32_t mcuai_attention_position(const mcuai_node *node, const mcuai_attention *a, uint32_t row);

/* Bits that distances are shifted by to the left to be Q16 before log2(e), of a query with so many
 * leading zeros. */
static inline int32_t mcuai_attention_shift(const mcuai_attention *a, int32_t zeros) {
    return 35 - zeros - a->key_fraction + a->factor.exponent;
}

/* A distance times 2^shift, or more than MCUAI_FAR where it is too large to have a weight. */
static inline uint32_t mcuai_attention_distance(uint32_t distance, int32_t shift) {
    if (shift < 0)
        return distance >> (shift < -31 ? 31 : -shift);
    return distance > (shift > 23 ? 0 : MCUAI_FAR >> shift) ? MCUAI_FAR + 1
                                                            : distance << (shift & 31);
}

/* Added to exponents, Q16, so that the sum of so many probabilities has 32 bits. */
static inline uint32_t mcuai_attention_room(uint32_t positions) {
    const int32_t spread = 27 - mcuai_zeros(positions);
    return (uint32_t)(spread > 4 ? spread : 4) << 16;
}

/* What sums of weighted values are multiplied with, and then shifted by. */
typedef struct {
    int32_t reciprocal, shift;
} mcuai_attention_divisor;

static inline mcuai_attention_divisor mcuai_attention_divide(const mcuai_attention *a,
                                                             uint32_t total) {
    const int32_t zeros = mcuai_zeros(total);
    const uint32_t reciprocal = (UINT32_C(1) << 31) / (total << zeros >> 16);
    return (mcuai_attention_divisor){(int32_t)(reciprocal << 14), zeros + 10 - a->value_fraction};
}

static inline int32_t mcuai_attention_output(mcuai_attention_divisor d, uint32_t sum) {
    return mcuai_shift_round(mcuai_high_round((int32_t)sum, d.reciprocal), d.shift);
}

#endif
