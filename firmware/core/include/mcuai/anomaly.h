/* Anomaly detection on streams of sensors: int16 samples become features, a model, a score and a
 * decision, in integers. docs/anomaly.md specifies every step, docs/pack-format.md the tables,
 * which the converter makes and which are used in place.
 *
 *     uint32_t bytes;
 *     const void *tables = mcuai_metadata(&model, "detector", &bytes);
 *     static uint64_t memory[DETECTOR_BYTES / 8];
 *     mcuai_detector detector;
 *     mcuai_status status = mcuai_detector_open(&detector, tables, bytes, &model, memory, sizeof
 * memory); mcuai_detection detection; while (one sample of each channel arrives) if
 * (mcuai_detector_push(&detector, samples, &detection) == MCUAI_OK && detection.event)
 *             ... stop the machine ...
 */
#ifndef MCUAI_ANOMALY_H
#define MCUAI_ANOMALY_H

#include <stdbool.h>

#include "mcuai.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mcuai_detector_tables;

/* What is known of a feature when nothing is wrong. It changes with time if the tables say so; keep
 * it over a restart by copying `normal` of the detector. */
typedef struct {
    int64_t mean;      /* Q24 */
    uint64_t variance; /* Q16 */
} mcuai_normal;

/* An opened detector. Members are the core's own; use the functions. */
typedef struct {
    const struct mcuai_detector_tables *tables;
    const mcuai_model *model;
    int16_t *samples;     /* [window][channels], the beginning of the next frame */
    void *spectrum;       /* complex, FFT samples / 2 + 1 */
    int16_t *features;    /* of the newest frame */
    mcuai_normal *normal; /* of each feature */
    int8_t *frames;       /* [frames of the model's input][features], the newest last */
    int8_t *forecast;     /* of the newest frame, made before it came */
    uint32_t learned;     /* frames that `normal` rests on */
    uint32_t count;       /* of frames, up to those of the model's input */
    uint32_t has_forecast;
    uint32_t filled;  /* samples of each channel in `samples` */
    uint32_t skipped; /* to drop before it begins: where the hop is longer than the window */
    uint32_t above;   /* frames in succession whose score was above the threshold */
    int32_t held;     /* score of the last event */
    uint32_t held_for;
} mcuai_detector;

/* What came of a sample. */
typedef struct {
    int32_t score; /* 2^16 * log2 of the squared deviation; valid if `scored` */
    uint8_t frame; /* a frame was completed */
    uint8_t
        scored; /* and it got a score: not so until the model's input is full and normal is known */
    uint8_t alarm; /* the score is above the threshold for as long as the tables ask */
    uint8_t event; /* an alarm whose score no other score of the hold-off before reaches */
} mcuai_detection;

/* Bytes of memory that a detector with these tables takes; negative on error. The whole table is
 * checked. */
int32_t mcuai_detector_bytes(const void *tables, uint32_t table_bytes);

/* Tables are 4-byte aligned and stay in place, memory is 8-byte aligned, the model is open. Nothing
 * that the other functions do later can leave the buffers given here. */
mcuai_status mcuai_detector_open(mcuai_detector *detector, const void *tables, uint32_t table_bytes,
                                 const mcuai_model *model, void *memory, uint32_t memory_bytes);

/* Forgets all samples, and what was learned since the detector was made. */
void mcuai_detector_reset(mcuai_detector *detector);

/* Takes one sample of each channel. */
mcuai_status mcuai_detector_push(mcuai_detector *detector, const int16_t *samples,
                                 mcuai_detection *detection);

/* mcuai_detector_push in two halves, for callers that run the model themselves. Takes one sample of
 * each channel; true where the model has to run, whose input it has written. */
bool mcuai_detector_take(mcuai_detector *detector, const int16_t *samples,
                         mcuai_detection *detection);

/* The other half, after the model has run; `detection` is that of the first one. */
void mcuai_detector_judge(mcuai_detector *detector, mcuai_detection *detection);

/* Features of the newest frame, channel after channel. */
const int16_t *mcuai_detector_features(const mcuai_detector *detector);

#ifdef __cplusplus
}
#endif

#endif
