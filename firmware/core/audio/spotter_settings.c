#include "decide.h"

#include <string.h>

/* Chosen on recordings of words in noise; see docs/keyword-spotting.md. */
static const mcuai_spotter_settings defaults = {
    .hop = 5,
    .smoothing = 3,
    .threshold = 154,
    .release = 77,
    .delay = 2,
    .refractory = 25,
    .gate = 768,
    .active = 5,
    .rise = 512,
    .fall = 2,
    .least = 7640,
    .others = 0,
};

typedef struct {
    uint32_t magic;
    uint16_t version;
    mcuai_spotter_settings settings;
    uint16_t zero;
} spotter_record;

typedef char spotter_record_fits[sizeof(spotter_record) == MCUAI_SPOTTER_RECORD_BYTES ? 1 : -1];

static bool are_sound(const mcuai_spotter_settings *s, uint32_t frames) {
    return s->hop > 0 && s->hop <= frames && s->smoothing > 0 &&
           s->smoothing <= MCUAI_SPOTTER_MAX_SMOOTHING && s->threshold > 0 && s->threshold < 256 &&
           s->release <= s->threshold && s->active <= frames && s->fall < 16 && s->others < 256;
}

mcuai_status mcuai_spotter_read_settings(const void *record, uint32_t bytes, uint32_t frames,
                                         mcuai_spotter_settings *settings) {
    *settings = defaults;
    if (settings->hop > frames)
        settings->hop = (uint16_t)frames;
    if (settings->active > frames)
        settings->active = (uint16_t)frames;
    if (!record)
        return MCUAI_OK;
    spotter_record copy = {0};
    if (bytes < MCUAI_SPOTTER_FIRST_RECORD_BYTES)
        return MCUAI_ERROR_SPOTTER;
    memcpy(&copy, record, MCUAI_SPOTTER_FIRST_RECORD_BYTES);
    if (copy.magic != UINT32_C(0x534B5354)) /* "TSKS" */
        return MCUAI_ERROR_SPOTTER;
    if (copy.version > MCUAI_SPOTTER_VERSION)
        return MCUAI_ERROR_VERSION;
    if (copy.version > 1) {
        if (bytes < sizeof copy)
            return MCUAI_ERROR_SPOTTER;
        memcpy(&copy, record, sizeof copy);
    }
    *settings = copy.settings;
    return are_sound(settings, frames) ? MCUAI_OK : MCUAI_ERROR_SPOTTER;
}
