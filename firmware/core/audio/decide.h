/* The two deciding parts of the keyword spotter, each in a file of its own. */
#ifndef MCUAI_AUDIO_DECIDE_H
#define MCUAI_AUDIO_DECIDE_H

#include "tables.h"

#include <mcuai/spotter.h>

enum {
    MCUAI_SPOTTER_VERSION = 2,
    MCUAI_SPOTTER_RECORD_BYTES = 32,
    MCUAI_SPOTTER_FIRST_RECORD_BYTES = 28, /* of version 1, which ends before `others` */
    MCUAI_SPOTTER_MAX_SMOOTHING = 32,
    MCUAI_SPOTTER_MAX_CLASSES = 1024,
};

/* Settings of the pack's record, or the defaults where there is none. */
mcuai_status mcuai_spotter_read_settings(const void *record, uint32_t bytes, uint32_t frames,
                                         mcuai_spotter_settings *settings);

/* A frame of this level. */
void mcuai_gate_step(mcuai_spotter_gate *gate, const mcuai_spotter_settings *settings,
                     uint32_t frames, int32_t level);

/* Whether the last `frames` frames hold enough active ones. */
bool mcuai_gate_is_open(const mcuai_spotter_gate *gate, const mcuai_spotter_settings *settings);

/* The window that ended with frame `frame`, with what the model said of it; null: nothing, as the
 * gate was shut. Returns whether there is an event, whose label and score it sets, and the frame it
 * is about. */
bool mcuai_words_step(mcuai_spotter_words *words, const mcuai_spotter_settings *settings,
                      const int8_t *posteriors, uint32_t frame, mcuai_spotter_event *event,
                      uint32_t *event_frame);

/* mcuai_spotter_open, its arguments checked but for the alignment of memory, which is that of a
 * word at least. */
mcuai_status mcuai_spotter_start(mcuai_spotter *spotter, const mcuai_model *model, void *memory,
                                 uint32_t memory_bytes);

/* An open spotter goes on with the same pack and memory at other addresses. */
void mcuai_spotter_attach(mcuai_spotter *spotter, const mcuai_model *model, void *memory);

#endif
