#include "tables.h"

#include "../audio/tables.h"

static bool between(uint32_t value, uint32_t least, uint32_t most) {
    return least <= value && value <= most;
}

static bool table_ok(const mcuai_detector_tables *t, uint32_t offset, uint32_t bytes) {
    return offset % 4 == 0 && offset >= MCUAI_DETECTOR_HEADER_BYTES && offset <= t->bytes &&
           bytes <= t->bytes - offset;
}

static uint32_t kinds_of(uint32_t kinds) {
    uint32_t count = 0;
    for (; kinds; kinds >>= 1)
        count += kinds & 1;
    return count;
}

/* As in version 1 of the audio front end. */
static uint32_t twiddle_bytes(uint32_t fft) {
    return (uint32_t)sizeof(mcuai_twiddle) * (mcuai_pass_twiddles(fft) + fft / 4 + 1);
}

static bool spectrum_ok(const mcuai_detector_tables *t) {
    if (t->bands == 0)
        return t->fft == 0;
    if (!between(t->bands, 1, 64) || !between(t->fft, 64, 2048) || (t->fft & (t->fft - 1u)) != 0 ||
        t->window > t->fft || t->window % 2 != 0 || !table_ok(t, t->window_at, 4u * t->window) ||
        !table_ok(t, t->twiddles_at, twiddle_bytes(t->fft)) ||
        !table_ok(t, t->bands_at, (uint32_t)sizeof(mcuai_band) * t->bands))
        return false;
    const mcuai_band *band = mcuai_detector_at(t, t->bands_at);
    const uint32_t bins = t->fft / 2u + 1;
    for (uint32_t i = 0; i < t->bands; i++)
        if (!between(band[i].count, 1, bins) || band[i].first > bins - band[i].count)
            return false;
    return true;
}

static bool features_ok(const mcuai_detector_tables *t) {
    return between(t->channels, 1, MCUAI_DETECTOR_MAX_CHANNELS) && between(t->window, 1, 2048) &&
           t->hop > 0 && t->kinds <= MCUAI_FEATURE_ALL && t->bands <= 64 &&
           between(t->features, 1, MCUAI_DETECTOR_MAX_FEATURES) &&
           t->features == t->channels * (kinds_of(t->kinds) + t->bands) && spectrum_ok(t);
}

/* Trained means and deviations in their range keep variances within 64 bits. */
static bool normal_ok(const mcuai_detector_tables *t) {
    if (t->adaptation > 16 ||
        !table_ok(t, t->normal_at, (uint32_t)sizeof(mcuai_trained_normal) * t->features))
        return false;
    const mcuai_trained_normal *normal = mcuai_detector_at(t, t->normal_at);
    for (uint32_t i = 0; i < t->features; i++)
        if (normal[i].mean < -(1 << 23) || normal[i].mean > 1 << 23 ||
            !between(normal[i].deviation, 0, 1 << 24))
            return false;
    return true;
}

/* Sums of squares stay within 64 bits: outputs times weight times 2^(2 * 8) times factor^2. */
static bool score_ok(const mcuai_detector_tables *t) {
    const uint32_t inputs = (uint32_t)t->features * t->frames;
    if (t->target > MCUAI_TARGET_NEXT || t->frames == 0 || inputs > MCUAI_DETECTOR_MAX_VALUES ||
        !between(t->levels, 1, 64) || !between(t->outputs, 1, MCUAI_DETECTOR_MAX_VALUES) ||
        t->input_zero < -128 || t->input_zero > 127 || t->output_zero < -128 ||
        t->output_zero > 127 || t->input_factor > 1 << 17 || t->output_factor > 1 << 17)
        return false;
    if ((t->target == MCUAI_TARGET_INPUT && t->outputs != inputs) ||
        (t->target == MCUAI_TARGET_NEXT && t->outputs != t->features))
        return false;
    return table_ok(t, t->weights_at, 2u * t->outputs) && t->persistence > 0;
}

mcuai_status mcuai_detector_check(const mcuai_detector_tables *t, uint32_t bytes) {
    if (!t || (uintptr_t)t % 4 != 0)
        return MCUAI_ERROR_ARGUMENT;
    if (bytes < MCUAI_DETECTOR_HEADER_BYTES || t->magic != UINT32_C(0x444B5354)) /* "TSKD" */
        return MCUAI_ERROR_DETECTOR;
    if (t->version > MCUAI_DETECTOR_VERSION)
        return MCUAI_ERROR_VERSION;
    if (t->bytes < MCUAI_DETECTOR_HEADER_BYTES || t->bytes > bytes || !features_ok(t) ||
        !normal_ok(t) || !score_ok(t))
        return MCUAI_ERROR_DETECTOR;
    return MCUAI_OK;
}
