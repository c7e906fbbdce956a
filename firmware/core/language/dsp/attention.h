/* Attention of two heads at a time that share keys and values. */
#ifndef MCUAI_DSP_ATTENTION_H
#define MCUAI_DSP_ATTENTION_H

#include <stdint.h>

/* See attention.S. Counts are multiples of four. */
int32_t mcuai_dsp_query8(const int32_t *q, uint32_t words[4]);

typedef void (*mcuai_dsp_scores)(const int8_t *keys, const uint32_t *query, int32_t *sums,
                                 uint32_t count);
void mcuai_dsp_scores_first8(const int8_t *keys, const uint32_t *query, int32_t *sums,
                             uint32_t count);
void mcuai_dsp_scores_first4(const int8_t *keys, const uint32_t *query, int32_t *sums,
                             uint32_t count);
void mcuai_dsp_scores_more8(const int8_t *keys, const uint32_t *query, int32_t *sums,
                            uint32_t count);
void mcuai_dsp_scores_more4(const int8_t *keys, const uint32_t *query, int32_t *sums,
                            uint32_t count);

void mcuai_dsp_scale_first(const int32_t *sums, int32_t *scores, const int16_t *scales,
                           uint32_t count, int32_t greatest[2]);
void mcuai_dsp_scale_more(const int32_t *sums, int32_t *scores, const int16_t *scales,
                          uint32_t count, int32_t greatest[2]);

/* How a head's scores become weights; read by the assembly in this order. */
typedef struct {
    int32_t greatest;
    uint32_t shift; /* to the left, or to the right */
    int32_t factor;
    uint32_t room;
    const int32_t *end;
    int32_t least; /* scores below it have probability 0 */
} mcuai_dsp_weighing;

uint32_t mcuai_dsp_weigh_lsl(int32_t *scores, const int16_t *scales,
                             const mcuai_dsp_weighing *weighing);
uint32_t mcuai_dsp_weigh_lsr(int32_t *scores, const int16_t *scales,
                             const mcuai_dsp_weighing *weighing);

/* Where outputs go, and what sums are multiplied with and shifted to the right by. */
typedef struct {
    int32_t *y[2];
    int32_t reciprocal[2];
    int32_t right[2];
} mcuai_dsp_mixing;

typedef void (*mcuai_dsp_mix)(const int8_t *values, const int32_t *weights, uint32_t count,
                              const mcuai_dsp_mixing *mixing);
void mcuai_dsp_mix_pairs(const int8_t *values, const int32_t *weights, uint32_t count,
                         const mcuai_dsp_mixing *mixing);
void mcuai_dsp_mix_keys4(const int8_t *values, const int32_t *weights, uint32_t count,
                         const mcuai_dsp_mixing *mixing);
void mcuai_dsp_mix_keys8(const int8_t *values, const int32_t *weights, uint32_t count,
                         const mcuai_dsp_mixing *mixing);

#endif
