/* Per-channel amplitude normalization in the arithmetic of TensorFlow Lite Micro: noise estimate
 * with subtraction, then a gain that depends on the noise. It saturates where that one wraps. */
#include "stages.h"

enum { SMOOTHING_BITS = 10, SNR_BITS = 12, OUTPUT_BITS = 6 };

static uint32_t subtract_noise(const mcuai_pcan_tables *t, uint32_t channel, uint32_t amplitude,
                               uint32_t *noise) {
    const uint32_t scaled = amplitude << SMOOTHING_BITS, smoothing = t->smoothing[channel & 1];
    const uint64_t sum =
        (uint64_t)scaled * smoothing + (uint64_t)*noise * ((UINT32_C(1) << 14) - smoothing);
    uint32_t estimate = (uint32_t)(sum >> 14);
    *noise = estimate;
    if (estimate > scaled)
        estimate = scaled;
    const uint32_t least = (uint32_t)((uint64_t)amplitude * t->remaining >> 14);
    const uint32_t left = (scaled - estimate) >> SMOOTHING_BITS;
    return left > least ? left : least;
}

/* A function of a wide range by a quadratic in each octave. */
static uint32_t gain_of(uint32_t noise, const int16_t *gains) {
    if (noise <= 2)
        return (uint16_t)gains[noise];
    const uint32_t octave = 32 - (uint32_t)__builtin_clz(noise);
    const int16_t *g = gains + 4 * octave - 6;
    const int32_t fraction =
        (int32_t)((octave < 11 ? noise << (11 - octave) : noise >> (octave - 11)) & 0x3FF);
    const int32_t slope = (g[2] * fraction >> 5) + g[1] * 32;
    /* Unsigned: damaged tables may leave 31 bits. */
    const uint32_t product = (uint32_t)slope * (uint32_t)fraction + (UINT32_C(1) << 14);
    return (uint16_t)(((int32_t)product >> 15) + g[0]);
}

/* x^2 / 4 below 2, x - 1 from there on. */
static uint32_t shrink(uint32_t x) {
    if (x < UINT32_C(2) << SNR_BITS)
        return x * x >> (2 + 2 * SNR_BITS - OUTPUT_BITS);
    return (x >> (SNR_BITS - OUTPUT_BITS)) - (1 << OUTPUT_BITS);
}

uint32_t mcuai_pcan(const mcuai_pcan_tables *t, uint32_t channel, uint32_t amplitude,
                    uint32_t *noise) {
    const uint32_t left = subtract_noise(t, channel, amplitude, noise);
    const uint64_t ratio = (uint64_t)left * gain_of(*noise, t->gains) >> t->shift;
    return shrink(ratio > UINT32_MAX ? UINT32_MAX : (uint32_t)ratio);
}
