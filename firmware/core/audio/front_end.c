/* Opening, and samples in chunks of any size. */
#include "stages.h"

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

uint32_t mcuai_front_end_place(mcuai_front_end *f, const mcuai_front_end_tables *t, void *memory) {
    uint8_t *next = memory;
    uint32_t bytes = 0;
    f->tables = t;
    f->spectrum = take(&next, &bytes, (uint32_t)sizeof(mcuai_complex) * (t->fft / 2u + 1));
    f->noise = take(&next, &bytes, t->kind == MCUAI_PCAN ? 4u * t->channels : 0);
    f->logs = take(&next, &bytes, t->kind == MCUAI_MFCC ? 2u * t->channels : 0);
    f->frames = take(&next, &bytes, 2u * t->frames * t->features);
    f->peaks = take(&next, &bytes, 2u * t->frames);
    f->samples = take(&next, &bytes, 2u * t->window);
    return bytes;
}

int32_t mcuai_front_end_bytes(const void *tables, uint32_t table_bytes) {
    const mcuai_status status = mcuai_front_end_check(tables, table_bytes);
    mcuai_front_end sizes;
    return status == MCUAI_OK ? (int32_t)mcuai_front_end_place(&sizes, tables, NULL)
                              : (int32_t)status;
}

mcuai_status mcuai_front_end_open(mcuai_front_end *f, const void *tables, uint32_t table_bytes,
                                  void *memory, uint32_t memory_bytes) {
    const int32_t bytes = mcuai_front_end_bytes(tables, table_bytes);
    if (bytes < 0)
        return (mcuai_status)bytes;
    if (!f || !memory || (uintptr_t)memory % 8 != 0)
        return MCUAI_ERROR_ARGUMENT;
    if (memory_bytes < (uint32_t)bytes)
        return MCUAI_ERROR_ARENA;
    mcuai_front_end_place(f, tables, memory);
    mcuai_front_end_reset(f);
    return MCUAI_OK;
}

void mcuai_front_end_reset(mcuai_front_end *f) {
    f->filled = f->skipped = f->next = f->count = 0;
    if (f->tables->kind == MCUAI_PCAN)
        memset(f->noise, 0, sizeof *f->noise * f->tables->channels);
}

static void finish_frame(mcuai_front_end *f) {
    const mcuai_front_end_tables *t = f->tables;
    int16_t *features = f->frames + f->next * t->features, peak = INT16_MIN;
    f->level = mcuai_front_end_analyse(f, features);
    for (uint32_t i = 0; i < t->features; i++)
        peak = features[i] > peak ? features[i] : peak;
    f->peaks[f->next] = peak;
    f->next = f->next + 1 < t->frames ? f->next + 1 : 0;
    f->count += f->count < t->frames; /* stops at the ring's size: nothing here grows with time */
    f->filled = t->hop < t->window ? (uint32_t)t->window - t->hop : 0;
    f->skipped = t->hop > t->window ? (uint32_t)t->hop - t->window : 0;
    memmove(f->samples, f->samples + (t->window - f->filled), 2 * f->filled);
}

int32_t mcuai_front_end_push(mcuai_front_end *f, const int16_t *samples, uint32_t count) {
    int32_t frames = 0;
    while (count > 0) {
        const uint32_t dropped = f->skipped < count ? f->skipped : count;
        f->skipped -= dropped;
        samples += dropped;
        count -= dropped;
        const uint32_t room = f->tables->window - f->filled, taken = room < count ? room : count;
        memcpy(f->samples + f->filled, samples, 2 * taken);
        f->filled += taken;
        samples += taken;
        count -= taken;
        if (taken == room) {
            finish_frame(f);
            frames++;
        }
    }
    return frames;
}

uint32_t mcuai_front_end_missing(const mcuai_front_end *f) {
    return f->skipped + (f->tables->window - f->filled);
}

int32_t mcuai_front_end_level(const mcuai_front_end *f) {
    return f->count > 0 ? f->level : INT16_MIN;
}

const int16_t *mcuai_front_end_frame(const mcuai_front_end *f, uint32_t age) {
    if (age >= f->count)
        return NULL;
    const uint32_t place =
        f->next > age ? f->next - age - 1 : f->next + f->tables->frames - age - 1;
    return f->frames + place * f->tables->features;
}
