/* The steps from samples to a decision, each in a file of its own. */
#ifndef MCUAI_FEATURES_FEATURES_H
#define MCUAI_FEATURES_FEATURES_H

#include "tables.h"

/* Fractional bits of a sample less its mean: those of the mean that count. */
enum { MCUAI_CENTRED_BITS = 4 };

/* Mean, with MCUAI_CENTRED_BITS fractional bits, of `count` samples `stride` apart; count at most
 * 2048. */
int32_t mcuai_mean(const int16_t *samples, uint32_t count, uint32_t stride);

/* Writes the features that `kinds` asks for and returns how many they are. */
uint32_t mcuai_moments(const int16_t *samples, uint32_t count, uint32_t stride, uint32_t kinds,
                       int16_t *features);

/* Writes a feature for each band of the tables. `spectrum` is the detector's. */
void mcuai_bands(const mcuai_detector_tables *tables, const int16_t *samples, void *spectrum,
                 int16_t *features);

/* From 16 fractional bits of a logarithm to the 9 of a feature, saturated. */
int16_t mcuai_feature(int32_t log);

/* The newest frame's features against what is normal, as levels of the model's input. */
void mcuai_normalise(const mcuai_detector *detector, int8_t *levels);

/* Lets what is normal follow the newest frame. */
void mcuai_adapt(mcuai_detector *detector);

/* 2^16 * log2 of 1 + the weighted sum of squares, in units of 2^-20 of a variance, of outputs less
 * targets. */
int32_t mcuai_score(const mcuai_detector_tables *tables, const int8_t *outputs,
                    const int8_t *targets);

/* mcuai_detector_open, its arguments checked but for the alignment of memory, which is that of a
 * word at least. */
mcuai_status mcuai_detector_start(mcuai_detector *detector, const void *tables,
                                  uint32_t table_bytes, const mcuai_model *model, void *memory,
                                  uint32_t memory_bytes);

/* An open detector goes on with the same tables, model and memory at other addresses. */
void mcuai_detector_attach(mcuai_detector *detector, const void *tables, const mcuai_model *model,
                           void *memory);

#endif
