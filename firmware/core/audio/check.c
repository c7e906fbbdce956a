#include "tables.h"

static bool between(uint32_t value, uint32_t least, uint32_t most) {
    return least <= value && value <= most;
}

static bool table_ok(const mcuai_front_end_tables *t, uint32_t offset, uint32_t bytes) {
    return offset % 4 == 0 && offset >= MCUAI_FRONT_END_HEADER_BYTES && offset <= t->bytes &&
           bytes <= t->bytes - offset;
}

static bool spectrum_ok(const mcuai_front_end_tables *t) {
    const bool compact = t->version >= MCUAI_FRONT_END_COMPACT;
    const uint32_t window = compact ? t->window / 2u + 1 : t->window;
    const uint32_t twiddles = (compact ? 0 : mcuai_pass_twiddles(t->fft)) + t->fft / 4u + 1;
    return table_ok(t, t->window_at, 4 * window) &&
           table_ok(t, t->twiddles_at, (uint32_t)sizeof(mcuai_twiddle) * twiddles);
}

/* Filters, then the weights of all of them, one after another. */
static bool filters_ok(const mcuai_front_end_tables *t) {
    const uint32_t records = (uint32_t)sizeof(mcuai_mel_filter) * t->channels;
    if (!table_ok(t, t->filters_at, records))
        return false;
    const mcuai_mel_filter *filter = mcuai_front_end_at(t, t->filters_at);
    const uint32_t bins = t->fft / 2u + 1;
    uint32_t weights = 0;
    for (uint32_t i = 0; i < t->channels; i++) {
        if (filter[i].count == 0 || filter[i].count > bins ||
            filter[i].first > bins - filter[i].count)
            return false;
        weights += filter[i].count;
    }
    return table_ok(t, t->filters_at, records + 2 * weights);
}

static bool sizes_ok(const mcuai_front_end_tables *t) {
    return between(t->fft, 64, 2048) && (t->fft & (t->fft - 1u)) == 0 &&
           between(t->window, 2, t->fft) && t->window % 2 == 0 && t->hop > 0 &&
           between(t->channels, 1, MCUAI_FRONT_END_MAX_CHANNELS) && t->features > 0 &&
           (t->kind == MCUAI_MFCC ? t->features <= t->channels : t->features == t->channels) &&
           between(t->frames, 1, MCUAI_FRONT_END_MAX_FEATURES / t->features);
}

/* Bounds that keep 32-bit arithmetic from overflowing. */
static bool output_ok(const mcuai_front_end_tables *t) {
    if (t->zero_point < -128 || t->zero_point > 127 || t->log_offset < -(1 << 23) ||
        t->log_offset > 1 << 23)
        return false;
    if (t->normalises)
        return t->normalises == 1 && between(t->gain, 1, 1 << 16) && t->least_deviation > 0;
    return t->gain <= 1 << 14 && between(t->gain_shift, 1, 22);
}

static bool kind_ok(const mcuai_front_end_tables *t) {
    switch (t->kind) {
    case MCUAI_LOG_MEL:
        return true;
    case MCUAI_PCAN: {
        if (!table_ok(t, t->pcan_at, sizeof(mcuai_pcan_tables)))
            return false;
        const mcuai_pcan_tables *pcan = mcuai_pcan_of(t);
        return pcan->shift < 32 && pcan->remaining <= 1 << 14 && pcan->smoothing[0] <= 1 << 14 &&
               pcan->smoothing[1] <= 1 << 14;
    }
    case MCUAI_MFCC:
        return t->cosine_shift < 16 && table_ok(t, t->cosines_at, 2u * t->channels * t->features);
    default:
        return false;
    }
}

mcuai_status mcuai_front_end_check(const mcuai_front_end_tables *t, uint32_t bytes) {
    if (!t || (uintptr_t)t % 4 != 0)
        return MCUAI_ERROR_ARGUMENT;
    if (bytes < MCUAI_FRONT_END_HEADER_BYTES || t->magic != UINT32_C(0x414B5354)) /* "TSKA" */
        return MCUAI_ERROR_FRONT_END;
    if (t->version > MCUAI_FRONT_END_VERSION)
        return MCUAI_ERROR_VERSION;
    if (t->bytes < MCUAI_FRONT_END_HEADER_BYTES || t->bytes > bytes || !sizes_ok(t) ||
        !output_ok(t) || !spectrum_ok(t) || !filters_ok(t) || !kind_ok(t))
        return MCUAI_ERROR_FRONT_END;
    return MCUAI_OK;
}
