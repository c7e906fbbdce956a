/* Opening, and samples as they come. */
#include "features.h"

#include "../audio/stages.h"

#include <string.h>

/* Gives out 8-byte aligned blocks of memory, or counts them. */
static void *take(uint8_t **memory, uint32_t *bytes, uint32_t size) {
    void *block = *memory;
    size = (size + 7) / 8 * 8;
    if (*memory)
        *memory += size;
    *bytes += size;
    return block;
}

static uint32_t place(mcuai_detector *d, const mcuai_detector_tables *t, void *memory) {
    uint8_t *next = memory;
    uint32_t bytes = 0;
    d->tables = t;
    d->normal = take(&next, &bytes, (uint32_t)sizeof(mcuai_normal) * t->features);
    d->spectrum =
        take(&next, &bytes, t->fft ? (uint32_t)sizeof(mcuai_complex) * (t->fft / 2u + 1) : 0);
    d->samples = take(&next, &bytes, 2u * t->window * t->channels);
    d->features = take(&next, &bytes, 2u * t->features);
    d->frames = take(&next, &bytes, (uint32_t)t->frames * t->features);
    d->forecast = take(&next, &bytes, t->target == MCUAI_TARGET_NEXT ? t->features : 0);
    return bytes;
}

int32_t mcuai_detector_bytes(const void *tables, uint32_t table_bytes) {
    const mcuai_status status = mcuai_detector_check(tables, table_bytes);
    mcuai_detector sizes;
    return status == MCUAI_OK ? (int32_t)place(&sizes, tables, NULL) : (int32_t)status;
}

/* Whether the model has one input and one output of the sizes of the tables. */
static bool model_fits(const mcuai_detector_tables *t, const mcuai_model *model) {
    const mcuai_tensor input = mcuai_input(model, 0), output = mcuai_output(model, 0);
    return input.data && output.data && input.type == MCUAI_INT8 && output.type == MCUAI_INT8 &&
           input.bytes == (uint32_t)t->frames * t->features && output.bytes == t->outputs;
}

mcuai_status mcuai_detector_open(mcuai_detector *d, const void *tables, uint32_t table_bytes,
                                 const mcuai_model *model, void *memory, uint32_t memory_bytes) {
    if (!d || !model || !memory || (uintptr_t)memory % 8 != 0)
        return MCUAI_ERROR_ARGUMENT;
    return mcuai_detector_start(d, tables, table_bytes, model, memory, memory_bytes);
}

mcuai_status mcuai_detector_start(mcuai_detector *d, const void *tables, uint32_t table_bytes,
                                  const mcuai_model *model, void *memory, uint32_t memory_bytes) {
    const int32_t bytes = mcuai_detector_bytes(tables, table_bytes);
    if (bytes < 0)
        return (mcuai_status)bytes;
    if (memory_bytes < (uint32_t)bytes)
        return MCUAI_ERROR_ARENA;
    if (!model_fits(tables, model))
        return MCUAI_ERROR_DETECTOR;
    mcuai_detector_attach(d, tables, model, memory);
    mcuai_detector_reset(d);
    return MCUAI_OK;
}

void mcuai_detector_attach(mcuai_detector *d, const void *tables, const mcuai_model *model,
                           void *memory) {
    place(d, tables, memory);
    d->model = model;
}

void mcuai_detector_reset(mcuai_detector *d) {
    const mcuai_trained_normal *trained = mcuai_detector_at(d->tables, d->tables->normal_at);
    for (uint32_t i = 0; i < d->tables->features; i++) {
        d->normal[i].mean = (int64_t)trained[i].mean * (1 << 16);
        d->normal[i].variance = (uint64_t)trained[i].deviation * trained[i].deviation;
    }
    memset(d->features, 0, 2u * d->tables->features);
    d->learned = d->tables->learned;
    d->count = d->has_forecast = d->filled = d->skipped = d->above = d->held_for = 0;
    d->held = 0;
}

const int16_t *mcuai_detector_features(const mcuai_detector *d) {
    return d->features;
}

static void finish_frame(mcuai_detector *d) {
    const mcuai_detector_tables *t = d->tables;
    int16_t *next = d->features;
    for (uint32_t c = 0; c < t->channels; c++) {
        if (t->kinds)
            next += mcuai_moments(d->samples + c, t->window, t->channels, t->kinds, next);
        if (t->bands)
            mcuai_bands(t, d->samples + c, d->spectrum, next);
        next += t->bands;
    }
    d->filled = t->hop < t->window ? (uint32_t)t->window - t->hop : 0;
    d->skipped = t->hop > t->window ? (uint32_t)t->hop - t->window : 0;
    memmove(d->samples, d->samples + (t->window - d->filled) * t->channels,
            2 * d->filled * t->channels);
}

/* Puts the newest frame behind the others and gives all to the model. A forecast is compared with
 * the frame that it is of before the next one is made. Returns whether the model has to run. */
static bool offer_frame(mcuai_detector *d, mcuai_detection *result) {
    const mcuai_detector_tables *t = d->tables;
    const uint32_t bytes = t->features;
    memmove(d->frames, d->frames + bytes, (t->frames - 1u) * bytes);
    int8_t *newest = d->frames + (t->frames - 1u) * bytes;
    mcuai_normalise(d, newest);
    d->count += d->count < t->frames;
    if (t->target == MCUAI_TARGET_NEXT && d->has_forecast) {
        result->score = mcuai_score(t, d->forecast, newest);
        result->scored = 1;
    }
    if (d->count < t->frames)
        return false;
    memcpy(mcuai_input(d->model, 0).data, d->frames, t->frames * bytes);
    return true;
}

static void decide(mcuai_detector *d, mcuai_detection *result) {
    const mcuai_detector_tables *t = d->tables;
    const uint32_t needed = t->persistence;
    d->above = result->score > t->threshold ? d->above + (d->above < needed) : 0;
    result->alarm = d->above >= needed;
    result->event = result->alarm && (d->held_for == 0 || result->score > d->held);
    if (result->event) {
        d->held = result->score;
        d->held_for = t->hold_off;
    } else if (d->held_for > 0) {
        d->held_for--;
    }
}

static void end_frame(mcuai_detector *d, mcuai_detection *result) {
    if (result->scored)
        decide(d, result);
    mcuai_adapt(d);
}

bool mcuai_detector_take(mcuai_detector *d, const int16_t *samples, mcuai_detection *result) {
    const mcuai_detector_tables *t = d->tables;
    memset(result, 0, sizeof *result);
    if (d->skipped > 0) {
        d->skipped--;
        return false;
    }
    memcpy(d->samples + d->filled * t->channels, samples, 2u * t->channels);
    if (++d->filled < t->window)
        return false;
    finish_frame(d);
    result->frame = 1;
    if (d->learned >= t->warm_up && offer_frame(d, result))
        return true;
    end_frame(d, result);
    return false;
}

void mcuai_detector_judge(mcuai_detector *d, mcuai_detection *result) {
    const mcuai_detector_tables *t = d->tables;
    const int8_t *outputs = mcuai_output(d->model, 0).data;
    if (t->target == MCUAI_TARGET_NEXT) {
        memcpy(d->forecast, outputs, t->features);
        d->has_forecast = 1;
    } else {
        result->score = mcuai_score(t, outputs, t->target == MCUAI_TARGET_INPUT ? d->frames : NULL);
        result->scored = 1;
    }
    end_frame(d, result);
}

mcuai_status mcuai_detector_push(mcuai_detector *d, const int16_t *samples,
                                 mcuai_detection *result) {
    if (!mcuai_detector_take(d, samples, result))
        return MCUAI_OK;
    const mcuai_status status = mcuai_invoke(d->model);
    if (status == MCUAI_OK)
        mcuai_detector_judge(d, result);
    return status;
}
