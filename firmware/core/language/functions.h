/* The functions of docs/transformer-arithmetic.md, whose greatest errors stand there. */
#ifndef MCUAI_LANGUAGE_FUNCTIONS_H
#define MCUAI_LANGUAGE_FUNCTIONS_H

#include <stdint.h>

typedef struct {
    int32_t cosine, sine; /* Q30 */
} mcuai_rotation;

/* 2^31 * 2^(-i/32) */
extern const int32_t mcuai_powers[32];

/* 2^-z, Q27; z is Q16. */
uint32_t mcuai_exp2(uint32_t z);

/* 2^46 / sqrt(d), 2^30 <= d. */
int32_t mcuai_inverse_root(uint32_t d);

/* Of phase / 2^32 of a circle. */
mcuai_rotation mcuai_turn(uint32_t phase);

/* log2(e) times the lesser of magnitude, Q16, and 32; Q16. */
uint32_t mcuai_log2_units(uint32_t magnitude);

/* Logistic function, Q15; g is Q16. */
int32_t mcuai_sigmoid(int32_t g);

#endif
