/* The front end's tables as they lie in the pack, 4-byte aligned and little-endian like every CPU
 * that the core runs on. */
#ifndef MCUAI_AUDIO_TABLES_H
#define MCUAI_AUDIO_TABLES_H

#include <mcuai/audio.h>
#include <stdbool.h>

enum {
    MCUAI_FRONT_END_VERSION = 2, /* the greatest that is known */
    MCUAI_FRONT_END_COMPACT = 2, /* the first that leaves out mirror images */
    MCUAI_FRONT_END_HEADER_BYTES = 72,
    MCUAI_FRONT_END_MAX_CHANNELS = 128,
    MCUAI_FRONT_END_MAX_FEATURES = 16384, /* of a window: sums of squares stay within 64 bits */
    MCUAI_PCAN_GAINS = 125,
};

enum { MCUAI_LOG_MEL = 0, MCUAI_PCAN = 1, MCUAI_MFCC = 2 };

typedef struct mcuai_front_end_tables {
    uint32_t magic;
    uint16_t version, kind;
    uint32_t bytes, sample_rate;
    uint16_t window, hop, fft, channels, features, frames;
    uint16_t normalises;
    int16_t zero_point;
    int32_t log_offset;
    int16_t least;
    uint16_t depth;
    uint32_t gain;
    uint16_t gain_shift, least_deviation;
    uint32_t window_at, twiddles_at, filters_at, cosines_at, pcan_at;
    uint16_t cosine_shift, reserved;
} mcuai_front_end_tables;

/* Cosine and sine of an angle in Q1.30. */
typedef struct {
    int32_t cosine, sine;
} mcuai_twiddle;

/* Twiddles that the passes of the transform have, before those of the first quarter of the circle:
 * three for each number of a sub-transform in each pass of radix 4 but one of sub-transforms of one
 * sample. They are mirror images of the latter; compact tables leave them out, and take some more
 * instructions. */
static inline uint32_t mcuai_pass_twiddles(uint32_t fft) {
    uint32_t triples = 0;
    for (uint32_t quarter = fft / 8; quarter > 1; quarter /= 4)
        triples += quarter;
    return 3 * triples;
}

typedef struct {
    uint16_t first, count;
} mcuai_mel_filter;

typedef struct {
    uint16_t smoothing[2]; /* of even and of odd channels, Q14 */
    uint16_t remaining;    /* least share of a signal that stays when noise is subtracted, Q14 */
    uint16_t shift;
    int16_t gains[MCUAI_PCAN_GAINS], reserved;
} mcuai_pcan_tables;

/* Refuses to compile where the structs are not laid out like the tables. */
typedef char mcuai_front_end_fits[sizeof(mcuai_front_end_tables) == MCUAI_FRONT_END_HEADER_BYTES &&
                                          sizeof(mcuai_pcan_tables) == 260
                                      ? 1
                                      : -1];

static inline const void *mcuai_front_end_at(const mcuai_front_end_tables *tables,
                                             uint32_t offset) {
    return (const uint8_t *)tables + offset;
}

static inline const mcuai_pcan_tables *mcuai_pcan_of(const mcuai_front_end_tables *tables) {
    return mcuai_front_end_at(tables, tables->pcan_at);
}

/* Whether every setting is in its range and every table inside the blob. */
mcuai_status mcuai_front_end_check(const mcuai_front_end_tables *tables, uint32_t bytes);

#endif
