/* Features of a window's distribution. All are logarithms to the base 2 with 9 fractional bits, but
 * for the mean, so that a factor on the samples is an offset, and ratios are differences. */
#include "features.h"

#include "../audio/stages.h"

/* Bits of the greatest centred sample for the fourth moment: 4 * 13 and 11 of the count fit 63. */
#define FOURTH_BITS 13

typedef struct {
    uint64_t second; /* sum of squares */
    uint32_t peak;
} sums;

int32_t mcuai_mean(const int16_t *samples, uint32_t count, uint32_t stride) {
    int32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += samples[i * stride];
    const int64_t scaled = (int64_t)sum * (1 << MCUAI_CENTRED_BITS) * 2 + (int32_t)count;
    const int64_t twice = 2 * (int64_t)count;
    /* floor, so that rounding is the same on both sides of 0 */
    return (int32_t)(scaled >= 0 ? scaled / twice : -((-scaled + twice - 1) / twice));
}

int16_t mcuai_feature(int32_t log) {
    const int32_t y = (log + 64) >> 7;
    return (int16_t)(y < INT16_MIN ? INT16_MIN : y > INT16_MAX ? INT16_MAX : y);
}

static int32_t centred(int16_t sample, int32_t mean) {
    return sample * (1 << MCUAI_CENTRED_BITS) - mean;
}

static sums about(const int16_t *samples, uint32_t count, uint32_t stride, int32_t mean) {
    sums s = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        const int32_t d = centred(samples[i * stride], mean);
        const uint32_t magnitude = (uint32_t)(d < 0 ? -d : d);
        s.peak = magnitude > s.peak ? magnitude : s.peak;
        s.second += (uint64_t)magnitude * magnitude;
    }
    return s;
}

/* The second moment anew, of the same rounded samples, so that their roundings cancel in the ratio.
 */
static int32_t log_kurtosis(const int16_t *samples, uint32_t count, uint32_t stride, int32_t mean,
                            uint32_t peak) {
    const uint32_t bits = 32 - (uint32_t)__builtin_clz(peak | 1);
    const uint32_t down = bits > FOURTH_BITS ? bits - FOURTH_BITS : 0;
    uint64_t second = 0, fourth = 0;
    for (uint32_t i = 0; i < count; i++) {
        const int32_t d = centred(samples[i * stride], mean);
        const uint32_t magnitude = (uint32_t)(d < 0 ? -d : d) >> down;
        const uint32_t square = magnitude * magnitude;
        second += square;
        fourth += (uint64_t)square * square;
    }
    if (fourth == 0)
        return 0;
    return mcuai_log2(fourth) + mcuai_log2(count) - 2 * mcuai_log2(second);
}

/* Logarithm of the root of the mean of squares with twice MCUAI_CENTRED_BITS. */
static int32_t log_root(uint64_t sum, uint32_t count) {
    return (mcuai_log2(sum + 1) - mcuai_log2(count)) / 2 - (MCUAI_CENTRED_BITS << 16);
}

uint32_t mcuai_moments(const int16_t *samples, uint32_t count, uint32_t stride, uint32_t kinds,
                       int16_t *features) {
    int16_t *next = features;
    const int32_t mean = mcuai_mean(samples, count, stride);
    if (kinds & MCUAI_FEATURE_MEAN)
        *next++ =
            (int16_t)((mean + (1 << (MCUAI_CENTRED_BITS - 1)) - (mean > 0)) >> MCUAI_CENTRED_BITS);
    if (kinds & MCUAI_FEATURE_RMS)
        *next++ = mcuai_feature(log_root(about(samples, count, stride, 0).second, count));
    if (!(kinds & ~(uint32_t)(MCUAI_FEATURE_MEAN | MCUAI_FEATURE_RMS)))
        return (uint32_t)(next - features);
    const sums s = about(samples, count, stride, mean);
    const int32_t deviation = log_root(s.second, count);
    const int32_t peak = mcuai_log2((uint64_t)s.peak + 1) - (MCUAI_CENTRED_BITS << 16);
    if (kinds & MCUAI_FEATURE_DEVIATION)
        *next++ = mcuai_feature(deviation);
    if (kinds & MCUAI_FEATURE_PEAK)
        *next++ = mcuai_feature(peak);
    if (kinds & MCUAI_FEATURE_CREST)
        *next++ = mcuai_feature(peak - deviation);
    if (kinds & MCUAI_FEATURE_KURTOSIS)
        *next++ = mcuai_feature(log_kurtosis(samples, count, stride, mean, s.peak));
    return (uint32_t)(next - features);
}
