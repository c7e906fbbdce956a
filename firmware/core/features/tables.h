/* The detector's tables as they lie in the pack, 4-byte aligned and little-endian like every CPU
 * that the core runs on. */
#ifndef MCUAI_FEATURES_TABLES_H
#define MCUAI_FEATURES_TABLES_H

#include <mcuai/anomaly.h>
#include <stdbool.h>

enum {
    MCUAI_DETECTOR_VERSION = 1,
    MCUAI_DETECTOR_HEADER_BYTES = 92,
    MCUAI_DETECTOR_MAX_CHANNELS = 32,
    MCUAI_DETECTOR_MAX_FEATURES = 512, /* of a frame */
    MCUAI_DETECTOR_MAX_VALUES = 4096,  /* of a model's input or output */
};

/* What the model's output is compared with. */
enum { MCUAI_TARGET_ZERO = 0, MCUAI_TARGET_INPUT = 1, MCUAI_TARGET_NEXT = 2 };

/* Features of a channel, in this order, then the bands. */
enum {
    MCUAI_FEATURE_MEAN = 1,
    MCUAI_FEATURE_RMS = 2,
    MCUAI_FEATURE_DEVIATION = 4,
    MCUAI_FEATURE_PEAK = 8,
    MCUAI_FEATURE_CREST = 16,
    MCUAI_FEATURE_KURTOSIS = 32,
    MCUAI_FEATURE_ALL = 63,
};

typedef struct mcuai_detector_tables {
    uint32_t magic;
    uint16_t version, target;
    uint32_t bytes, sample_rate;
    uint16_t channels, window, hop, kinds;
    uint16_t bands, fft, features, frames;
    uint16_t levels; /* of a standard deviation in the model's input */
    uint16_t adaptation, warm_up;
    int16_t input_zero, output_zero;
    uint16_t outputs;
    uint32_t input_factor, output_factor; /* Q16 of a standard deviation for each level */
    uint32_t learned;
    int32_t threshold;
    uint16_t persistence, hold_off;
    uint32_t window_at, twiddles_at, bands_at, normal_at, weights_at;
    uint32_t reserved[2];
} mcuai_detector_tables;

typedef struct {
    uint16_t first, count;
} mcuai_band;

/* Mean and standard deviation of a feature, Q8. */
typedef struct {
    int32_t mean;
    uint32_t deviation;
} mcuai_trained_normal;

/* Refuses to compile where the struct is not laid out like the tables. */
typedef char
    mcuai_detector_fits[sizeof(mcuai_detector_tables) == MCUAI_DETECTOR_HEADER_BYTES ? 1 : -1];

static inline const void *mcuai_detector_at(const mcuai_detector_tables *tables, uint32_t offset) {
    return (const uint8_t *)tables + offset;
}

/* Whether every setting is in its range and every table inside the blob. */
mcuai_status mcuai_detector_check(const mcuai_detector_tables *tables, uint32_t bytes);

#endif
