/* The keyword spotter: continuous samples become events, one for each word. It runs the front end
 * on overlapping windows, the model only on windows in which something is louder than the noise,
 * smooths what the model says, and decides. docs/keyword-spotting.md explains the decision,
 * docs/arithmetic.md specifies it, docs/pack-format.md the settings, which lie in the pack.
 *
 *     static uint64_t memory[SPOTTER_BYTES / 8];
 *     mcuai_spotter spotter;
 *     mcuai_status status = mcuai_spotter_open(&spotter, &model, memory, sizeof memory);
 *     while (samples arrive) {
 *         mcuai_spotter_event event;
 *         int32_t taken = mcuai_spotter_push(&spotter, samples, count, &event);
 *         if (taken > 0 && event.label >= 0)
 *             ... mcuai_spotter_label(&spotter, event.label, &bytes) ...
 *         samples += taken, count -= taken;
 *     }
 */
#ifndef MCUAI_SPOTTER_H
#define MCUAI_SPOTTER_H

#include <stdbool.h>

#include "audio.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How windows are taken and words decided; as the pack has them. */
typedef struct {
    uint16_t hop;        /* frames from one window to the next */
    uint16_t smoothing;  /* windows over which posteriors are averaged */
    uint16_t threshold;  /* average, in 1/256, from which on a word may be an event */
    uint16_t release;    /* average below which the word has to fall before it may be another */
    uint16_t delay;      /* windows that have to pass without a greater average */
    uint16_t refractory; /* frames after an event in which there is no other */
    uint16_t gate;   /* how far above the noise a frame is active, 1/512 of log2 units; 0: always */
    uint16_t active; /* active frames that a window has at least to be looked at */
    uint16_t rise;   /* of the noise floor, in 1/256 of 1/512 log2 units a frame */
    uint16_t fall;   /* the noise floor falls by 2^-fall of its distance a frame */
    int16_t least;   /* level of silence */
    uint16_t others; /* share of the other words' averages that the likeliest word's score has, in
                        1/256 */
} mcuai_spotter_settings;

typedef struct {
    uint32_t
        time_ms;   /* middle of the windows that the score is of, from the first sample on; wraps */
    int16_t label; /* class of the model; negative: no event */
    uint8_t score; /* their average posterior, with the share of other words, in 1/256 */
} mcuai_spotter_event;

/* Tells speech from background by its level. */
typedef struct {
    int32_t floor;    /* 1/256 of 1/512 log2 units */
    uint32_t *active; /* a bit for each frame of a window: a ring */
    uint32_t next, count;
} mcuai_spotter_gate;

/* Smooths posteriors and decides. */
typedef struct {
    uint8_t *history; /* [smoothing][classes], a ring */
    uint16_t *sums;   /* of each class */
    uint8_t *silent;  /* 1 for each class that is no word */
    uint16_t next, classes;
    uint16_t best_sum, age; /* of the candidate, and windows since; 0: there is none */
    int16_t best, held;     /* candidate; label of the last event until it is released */
    uint32_t best_frame;
    uint32_t quiet; /* frames of the refractory time that are left */
} mcuai_spotter_words;

/* An opened spotter. Members are the core's own; use the functions. */
typedef struct {
    const mcuai_model *model;
    const char *labels; /* one a line */
    uint32_t label_bytes;
    mcuai_spotter_settings settings;
    mcuai_front_end front_end;
    mcuai_spotter_gate gate;
    mcuai_spotter_words words;
    uint32_t frame; /* frames so far */
    uint32_t until; /* frames until the next window */
    uint32_t windows,
        inferences; /* so far: all windows, and those in which the model ran; for reports */
} mcuai_spotter;

/* Bytes of memory that the spotter of an opened pack takes; negative on error. */
int32_t mcuai_spotter_bytes(const mcuai_model *model);

/* The pack's metadata hold the front end, the labels, and perhaps settings. Memory is 8-byte
 * aligned. */
mcuai_status mcuai_spotter_open(mcuai_spotter *spotter, const mcuai_model *model, void *memory,
                                uint32_t memory_bytes);

/* Forgets all samples, the noise and the last event. */
void mcuai_spotter_reset(mcuai_spotter *spotter);

/* Takes samples until an event or until all are taken. Returns how many were; negative on error.
 * However a recording is cut into calls, the events are the same. */
int32_t mcuai_spotter_push(mcuai_spotter *spotter, const int16_t *samples, uint32_t count,
                           mcuai_spotter_event *event);

/* mcuai_spotter_push in two halves, for callers that run the model themselves. Takes samples until
 * there is a window that the model has to look at, which then is its input and *is_ready is true,
 * until an event or until all are taken. Returns how many were; negative on error. */
int32_t mcuai_spotter_take(mcuai_spotter *spotter, const int16_t *samples, uint32_t count,
                           mcuai_spotter_event *event, bool *is_ready);

/* The other half: decides by the output of the model, which has run. */
void mcuai_spotter_judge(mcuai_spotter *spotter, mcuai_spotter_event *event);

/* Name of a class, not terminated; null where there is none. */
const char *mcuai_spotter_label(const mcuai_spotter *spotter, uint32_t label, uint32_t *bytes);

/* Hz, of the samples. */
uint32_t mcuai_spotter_rate(const mcuai_spotter *spotter);

#ifdef __cplusplus
}
#endif

#endif
