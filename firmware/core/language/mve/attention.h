/* The loops of attention over positions, see attention.S, which reads these by offset. */
#ifndef MCUAI_MVE_ATTENTION_H
#define MCUAI_MVE_ATTENTION_H

#include <stdint.h>

/* Scores of fours of positions, one at least. */
typedef struct {
    const int8_t *keys; /* of the first position; the others' are `line` apart */
    uint32_t line;
    const int16_t *scales;
    int32_t *scores;
    const int16_t *query;
    uint32_t width; /* of the query and of keys */
    uint32_t fours;
    int32_t greatest; /* of the scores before */
} mcuai_mve_scoring;

/* Products of the query and the keys, scaled, and the greatest of all scores: for a width of 8; for
 * any; and the same added to scores. The scoring is kept by the assembly. */
int32_t mcuai_mve_score_eight(mcuai_mve_scoring *scoring);
int32_t mcuai_mve_score_first(mcuai_mve_scoring *scoring);
int32_t mcuai_mve_score_more(mcuai_mve_scoring *scoring);

/* How scores become weights, int16, in their place. */
typedef struct {
    int32_t *scores;
    const int16_t *scales;
    uint32_t positions;
    int32_t greatest;
    int32_t shift; /* of distances to the left, -31 at least */
    int32_t room;
    int32_t factor;
} mcuai_mve_weighing;

/* Returns the sum of the probabilities. */
uint32_t mcuai_mve_weigh(const mcuai_mve_weighing *weighing);

#endif
