/* Energies of bands of the spectrum of a window, of the samples less their mean. */
#include "features.h"

#include "../audio/stages.h"

#include <string.h>

/* Least logarithm of a band, 16 fractional bits: below it lie the roundings of the transform. */
#define LEAST (-(8 << 16))

/* Samples times the window, two and two as complex numbers, in bit-reversed order, 2^13 times as
 * large as they are. Returns the shift that brings the greatest to [2^29, 2^30). */
static uint32_t apply_window(const mcuai_detector_tables *t, const int16_t *samples,
                             mcuai_complex *z) {
    const int32_t mean = mcuai_mean(samples, t->window, t->channels);
    const int32_t *w = mcuai_detector_at(t, t->window_at);
    const uint32_t half = t->fft / 2u;
    uint32_t bits = 1, place = 0;
    memset(z, 0, half * sizeof *z);
    for (uint32_t i = 0; i < t->window; i += 2) {
        int32_t y[2];
        for (uint32_t k = 0; k < 2; k++) {
            const int32_t d = samples[(i + k) * t->channels] * (1 << MCUAI_CENTRED_BITS) - mean;
            y[k] = mcuai_high(d * (1 << 10), w[i + k]);
            bits |= mcuai_magnitude(y[k]);
        }
        z[place].re = y[0];
        z[place].im = y[1];
        uint32_t bit = half / 2; /* add 1 from the highest bit on */
        for (; place & bit; bit >>= 1)
            place ^= bit;
        place |= bit;
    }
    return (uint32_t)__builtin_clz(bits) - 2;
}

void mcuai_bands(const mcuai_detector_tables *t, const int16_t *samples, void *spectrum,
                 int16_t *features) {
    const uint32_t half = t->fft / 2u;
    mcuai_complex *z = spectrum;
    uint32_t exponent = apply_window(t, samples, z);
    const mcuai_twiddle *twiddles = mcuai_detector_at(t, t->twiddles_at);
    twiddles = mcuai_fourier(z, half, twiddles, false, exponent);
    exponent += mcuai_power(z, half, twiddles);
    const mcuai_band *band = mcuai_detector_at(t, t->bands_at);
    for (uint32_t i = 0; i < t->bands; i++) {
        uint64_t power = 0;
        for (uint32_t k = 0; k < band[i].count; k++)
            power += (uint32_t)z[band[i].first + k].re;
        /* of the squares of the spectrum's amplitudes divided by half the FFT's length */
        const int32_t log =
            power ? mcuai_log2(power) - (int32_t)(exponent << 17) + (7 << 16) : LEAST;
        features[i] = mcuai_feature(log > LEAST ? log : LEAST);
    }
}
