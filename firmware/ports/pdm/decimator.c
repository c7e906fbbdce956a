#include "decimator.h"

#include <string.h>

#define GAIN_BITS 3 /* 8 times */

/* The half of the taps from the middle on, Q15; the other half mirrors it. Least squares, weighted
 * until the greatest errors were equal: within 0.07 dB of the inverse of the CIC filter's droop up
 * to 7/64 of the rate of its values (3.5 kHz for samples of 8 kHz), 62 dB down from 9/64 (4.5 kHz)
 * on. */
static const int16_t taps[PDM_TAPS / 2] = {
    8103, 6523, 3916, 1154, -925, -1837, -1599, -655, 375, 980, 961, 457, -184, -613, -650, -344,
    90,   405,  459,  265,  -37,  -271,  -328,  -205, 6,   179, 232, 156, 12,   -115, -161, -116,
    -20,  70,   108,  84,   22,   -39,   -69,   -57,  -18, 25,  52,  56,  41,   20,   4,    -10,
};

static void integrate_bit(int32_t *integrators, int32_t bit) {
    integrators[0] += bit;
    for (int i = 1; i < PDM_ORDER; i++)
        integrators[i] += integrators[i - 1];
}

void pdm_start(pdm_decimator *d, uint32_t cic_factor) {
    memset(d, 0, sizeof *d);
    d->bytes = cic_factor / 8;
    for (int byte = 0; byte < 256; byte++) {
        int32_t integrators[PDM_ORDER] = {0};
        for (int bit = 7; bit >= 0; bit--)
            integrate_bit(integrators, byte >> bit & 1 ? 1 : -1);
        for (int i = 0; i < PDM_ORDER; i++)
            d->steps[byte][i] = (int16_t)integrators[i];
    }
}

/* Eight bits at once: integrators add up sums of sums, so that after n bits the one before counts n
 * times, the one before that n (n + 1) / 2 times, and then n (n + 1) (n + 2) / 6 times. */
static void integrate(pdm_decimator *d, uint32_t byte) {
    const int16_t *step = d->steps[byte];
    uint32_t *s = d->integrators;
    s[3] += 8 * s[2] + 36 * s[1] + 120 * s[0] + (uint32_t)step[3];
    s[2] += 8 * s[1] + 36 * s[0] + (uint32_t)step[2];
    s[1] += 8 * s[0] + (uint32_t)step[1];
    s[0] += (uint32_t)step[0];
}

static int32_t comb(pdm_decimator *d) {
    uint32_t value = d->integrators[PDM_ORDER - 1];
    for (int i = 0; i < PDM_ORDER; i++) {
        const uint32_t before = d->combs[i];
        d->combs[i] = value;
        value -= before;
    }
    return (int32_t)value;
}

/* The history begins with the oldest value. */
static int16_t filter(const pdm_decimator *d) {
    const int32_t *high = d->history + d->place + PDM_TAPS / 2, *low = high - 1;
    const uint32_t shift =
        (d->bytes == 4 ? 20 : 16) - GAIN_BITS; /* the CIC filter's gain: 4 * log2 */
    int64_t sum = INT64_C(1) << (shift - 1);
    for (uint32_t i = 0; i < PDM_TAPS / 2; i++)
        sum += (int64_t)(low[-(int32_t)i] + high[i]) * taps[i];
    sum >>= shift;
    return (int16_t)(sum < INT16_MIN ? INT16_MIN : sum > INT16_MAX ? INT16_MAX : sum);
}

static void remember(pdm_decimator *d, int32_t value) {
    d->history[d->place] = d->history[d->place + PDM_TAPS] = value;
    d->place = d->place + 1 < PDM_TAPS ? d->place + 1 : 0;
}

uint32_t pdm_decimate(pdm_decimator *d, const uint16_t *words, uint32_t count, int16_t *samples) {
    uint32_t made = 0;
    for (const uint16_t *end = words + count; words < end; words++) {
        integrate(d, *words >> 8);
        integrate(d, *words & 0xFF);
        d->bytes_pending += 2;
        if (d->bytes_pending < d->bytes)
            continue;
        d->bytes_pending = 0;
        remember(d, comb(d));
        if (++d->phase < PDM_FIR_FACTOR)
            continue;
        d->phase = 0;
        samples[made++] = filter(d);
    }
    return made;
}
