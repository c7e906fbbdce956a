/* From the samples of a window to the features of a frame. */
#include "stages.h"

#include <string.h>

/* The greatest amplitude whose noise estimate fits 32 bits. */
#define MAX_AMPLITUDE ((UINT32_C(1) << 22) - 1)

/* Complex numbers, the next one's place, and the union of their bits. */
typedef struct {
    mcuai_complex *z;
    uint32_t half, place, bits;
} windowed;

/* Samples times a stretch of the window, which is read forwards or backwards. */
static inline void apply(windowed *out, const int16_t *x, const int16_t *end, const int32_t *w,
                         int step) {
    for (; x < end; x += 2, w += 2 * step) {
        const mcuai_complex y = {mcuai_high(x[0] * 65536, w[0]), mcuai_high(x[1] * 65536, w[step])};
        out->bits |= mcuai_magnitude(y.re) | mcuai_magnitude(y.im);
        out->z[out->place] = y;
        out->place ^= out->half / 2; /* add 1 from the highest bit on */
        if (out->place & out->half / 2)
            continue;
        uint32_t bit = out->half / 4;
        for (; out->place & bit; bit >>= 1)
            out->place ^= bit;
        out->place |= bit;
    }
}

/* Samples times the window, two and two as complex numbers, in bit-reversed order. Returns the
 * shift that brings the greatest to [2^29, 2^30). */
static uint32_t apply_window(const mcuai_front_end *f, mcuai_complex *z) {
    const mcuai_front_end_tables *t = f->tables;
    const int16_t *x = f->samples, *end = x + t->window;
    const int32_t *w = mcuai_front_end_at(t, t->window_at);
    windowed out = {z, t->fft / 2u, 0, 1};
    if (t->window < t->fft)
        memset(z, 0, out.half * sizeof *z);
    if (t->version < MCUAI_FRONT_END_COMPACT) {
        apply(&out, x, end, w, 1);
    } else { /* the first half alone; a pair that begins in it ends in the middle at the latest */
        const uint32_t first = (t->window / 2u + 1) & ~UINT32_C(1);
        apply(&out, x, x + first, w, 1);
        apply(&out, x + first, end, w + (t->window - first), -1);
    }
    return (uint32_t)__builtin_clz(out.bits) - 2;
}

/* Two sums: with one, the compiler adds products before it accumulates them. */
static uint64_t filter(const mcuai_complex *bin, const uint16_t *weight, uint32_t count) {
    uint64_t even = 0, odd = 0;
    for (; count >= 2; count -= 2, bin += 2, weight += 2) {
        even += (uint64_t)(uint32_t)bin[0].re * weight[0];
        odd += (uint64_t)(uint32_t)bin[1].re * weight[1];
    }
    return even + odd + (count ? (uint64_t)(uint32_t)bin[0].re * weight[0] : 0);
}

/* From 16 to 9 fractional bits, saturated. */
static int16_t rounded(int32_t x) {
    const int32_t y = (x + 64) >> 7;
    return (int16_t)(y < INT16_MIN ? INT16_MIN : y > INT16_MAX ? INT16_MAX : y);
}

/* Logarithm of a channel's power, or of what PCAN leaves of its amplitude. */
static int16_t level(const mcuai_front_end *f, uint32_t channel, uint64_t power,
                     uint32_t exponent) {
    int32_t log = -(1 << 30); /* of no power at all */
    if (f->tables->kind == MCUAI_PCAN) {
        const uint32_t root = mcuai_square_root(power);
        const uint32_t amplitude = exponent < 32 ? root >> exponent : 0;
        const uint32_t out =
            mcuai_pcan(mcuai_pcan_of(f->tables), channel,
                       amplitude < MAX_AMPLITUDE ? amplitude : MAX_AMPLITUDE, &f->noise[channel]);
        log = mcuai_log2(out ? out : 1);
    } else if (power) {
        log = mcuai_log2(power) - (int32_t)(exponent << 17);
    }
    const int16_t y = rounded(log + f->tables->log_offset);
    return y > f->tables->least ? y : f->tables->least;
}

/* The floor under the frame's own peak, and the cosine transform. */
static void transform(const mcuai_front_end *f, int16_t *features) {
    const mcuai_front_end_tables *t = f->tables;
    const int16_t *cosine = mcuai_front_end_at(t, t->cosines_at);
    int32_t peak = INT16_MIN;
    for (uint32_t i = 0; i < t->channels; i++)
        peak = f->logs[i] > peak ? f->logs[i] : peak;
    for (uint32_t i = 0; t->depth && i < t->channels; i++)
        if (f->logs[i] < peak - t->depth)
            f->logs[i] = (int16_t)(peak - t->depth);
    const uint32_t shift = 15u + t->cosine_shift;
    for (uint32_t k = 0; k < t->features; k++, cosine += t->channels) {
        int64_t sum = INT64_C(1) << (shift - 1);
        for (uint32_t i = 0; i < t->channels; i++)
            sum += f->logs[i] * cosine[i];
        sum >>= shift;
        features[k] = (int16_t)(sum < INT16_MIN ? INT16_MIN : sum > INT16_MAX ? INT16_MAX : sum);
    }
}

int16_t mcuai_front_end_analyse(const mcuai_front_end *f, int16_t *features) {
    const mcuai_front_end_tables *t = f->tables;
    const uint32_t half = t->fft / 2u;
    mcuai_complex *z = f->spectrum;
    uint32_t exponent = apply_window(f, z);
    const mcuai_twiddle *twiddles = mcuai_front_end_at(t, t->twiddles_at);
    twiddles = mcuai_fourier(z, half, twiddles, t->version >= MCUAI_FRONT_END_COMPACT, exponent);
    exponent += mcuai_power(z, half, twiddles);
    const mcuai_mel_filter *filters = mcuai_front_end_at(t, t->filters_at);
    const uint16_t *weights = (const void *)(filters + t->channels);
    int16_t *levels = t->kind == MCUAI_MFCC ? f->logs : features;
    uint64_t total = 0;
    for (uint32_t i = 0; i < t->channels; i++) {
        const uint64_t power = filter(z + filters[i].first, weights, filters[i].count);
        levels[i] = level(f, i, power, exponent);
        weights += filters[i].count;
        total += power;
    }
    if (t->kind == MCUAI_MFCC)
        transform(f, features);
    return total ? rounded(mcuai_log2(total) - (int32_t)(exponent << 17)) : INT16_MIN;
}
