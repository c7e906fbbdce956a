/* The stages of a frame, each in a file of its own. */
#ifndef MCUAI_AUDIO_STAGES_H
#define MCUAI_AUDIO_STAGES_H

#include "tables.h"

typedef struct {
    int32_t re, im;
} mcuai_complex;

/* Products are floor(a * b / 2^32). Sums wrap, which only damaged tables make them do. */
static inline int32_t mcuai_high(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b) >> 32);
}

static inline int32_t mcuai_plus(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t mcuai_minus(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline int32_t mcuai_left(int32_t a, uint32_t shift) {
    return (int32_t)((uint32_t)a << (shift & 31));
}

/* a * (cosine - i sine) / 4: turned by an angle of the tables. */
static inline mcuai_complex mcuai_turn(mcuai_complex a, mcuai_twiddle w) {
    const mcuai_complex y = {
        mcuai_plus(mcuai_high(a.re, w.cosine), mcuai_high(a.im, w.sine)),
        mcuai_minus(mcuai_high(a.im, w.cosine), mcuai_high(a.re, w.sine)),
    };
    return y;
}

/* Bits of a magnitude. Of several, the union of their bits tells the greatest exponent. */
static inline uint32_t mcuai_magnitude(int32_t a) {
    return (uint32_t)(a ^ a >> 31);
}

/* Discrete Fourier transform in place, divided by its length `half` and multiplied by 2^(up - 1),
 * of samples in bit-reversed order that lie within 2^(30 - up). Returns the twiddles of the first
 * quarter of the circle, behind those of the passes; compact tables have them alone. */
const mcuai_twiddle *mcuai_fourier(mcuai_complex *z, uint32_t half, const mcuai_twiddle *w,
                                   bool compact, uint32_t up);

/* Powers of the bins 0 .. half of the real transform, each in the place of a real part, from the
 * complex one of even and odd samples. Returns the exponent s: they were multiplied by 2^(2s).
 * Takes the twiddles of the first quarter of the circle. */
uint32_t mcuai_power(mcuai_complex *z, uint32_t half, const mcuai_twiddle *quarter);

/* 2^16 * log2(x); x > 0. Monotone. */
int32_t mcuai_log2(uint64_t x);

/* Square root, rounded down to 16 significant bits; exact below 2^32. */
uint32_t mcuai_square_root(uint64_t x);

/* Updates the noise estimate of a channel and returns what of its amplitude stands out, 6
 * fractional bits. */
uint32_t mcuai_pcan(const mcuai_pcan_tables *tables, uint32_t channel, uint32_t amplitude,
                    uint32_t *noise);

/* Features of the samples in the front end. Returns the frame's level. */
int16_t mcuai_front_end_analyse(const mcuai_front_end *front_end, int16_t *features);

/* Divides the memory of a front end, or counts it where that is null. What is in it stays. */
uint32_t mcuai_front_end_place(mcuai_front_end *front_end, const mcuai_front_end_tables *tables,
                               void *memory);

#endif
