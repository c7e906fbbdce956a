/* The audio front end: int16 samples become the int8 input of a model, in fixed point. docs/arithmetic.md specifies every
 * step to the bit, docs/pack-format.md the tables, which the converter makes and which are used in place.
 *
 *     uint32_t bytes;
 *     const void *tables = mcuai_metadata(&model, "front_end", &bytes);
 *     static uint64_t memory[FRONT_END_BYTES / 8];
 *     mcuai_front_end front_end;
 *     mcuai_status status = mcuai_front_end_open(&front_end, tables, bytes, memory, sizeof memory);
 *     while (samples arrive)
 *         if (mcuai_front_end_push(&front_end, samples, count) > 0 &&
 *             mcuai_front_end_window(&front_end, input.data, input.bytes) == MCUAI_OK)
 *             ... mcuai_invoke(&model) ...
 */
#ifndef MCUAI_AUDIO_H
#define MCUAI_AUDIO_H

#include "mcuai.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mcuai_front_end_tables;

/* An opened front end. Members are the core's own; use the functions. */
typedef struct {
    const struct mcuai_front_end_tables *tables;
    void *spectrum;   /* complex, FFT samples / 2 + 1 */
    uint32_t *noise;  /* of each channel; PCAN only */
    int16_t *frames;  /* a ring, [frames of a window][features] */
    int16_t *peaks;   /* the greatest feature of each frame of the ring */
    int16_t *logs;    /* of each channel; MFCC only */
    int16_t *samples; /* the beginning of the next frame */
    uint32_t filled;  /* samples in it */
    uint32_t skipped; /* samples to drop before it begins: where the hop is longer than the window */
    uint32_t next;    /* place in the ring of the next frame */
    uint32_t count;   /* frames in the ring */
    int16_t level;    /* of the newest frame */
} mcuai_front_end;

/* Bytes of memory that a front end with these tables takes; negative on error. The whole table is checked. */
int32_t mcuai_front_end_bytes(const void *tables, uint32_t table_bytes);

/* Tables are 4-byte aligned and stay in place, memory is 8-byte aligned. Nothing that the other functions do later can
 * leave the buffers given here. */
mcuai_status mcuai_front_end_open(mcuai_front_end *front_end, const void *tables,
                                  uint32_t table_bytes, void *memory, uint32_t memory_bytes);

/* Forgets all samples, frames and the noise estimate. */
void mcuai_front_end_reset(mcuai_front_end *front_end);

/* Takes any number of samples and returns how many new frames they completed. However a recording is cut into calls, the
 * frames are the same. A call that completes more frames than a window has keeps only the last ones. */
int32_t mcuai_front_end_push(mcuai_front_end *front_end, const int16_t *samples, uint32_t count);

/* Samples that are missing until the next frame is complete: at least 1. */
uint32_t mcuai_front_end_missing(const mcuai_front_end *front_end);

/* Features of a frame of the ring, log2 units with 9 fractional bits (MFCC: as the tables say); age 0 is the newest.
 * Null where there is none. */
const int16_t *mcuai_front_end_frame(const mcuai_front_end *front_end, uint32_t age);

/* Power of the newest frame in all channels together, log2 units with 9 fractional bits, whatever the features are;
 * INT16_MIN of silence, or where there is no frame. */
int32_t mcuai_front_end_level(const mcuai_front_end *front_end);

/* Writes the last frames, the oldest first, normalised over the whole window, to `output` of [frames][features] int8,
 * which output_bytes has to be the size of. MCUAI_ERROR_NOT_READY while there are fewer frames. */
mcuai_status mcuai_front_end_window(const mcuai_front_end *front_end, int8_t *output,
                                    uint32_t output_bytes);

#ifdef __cplusplus
}
#endif

#endif
