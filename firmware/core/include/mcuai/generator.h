/* A language model that is given text token by token, and foresees the next one.
 *
 *     mcuai_generator generator;
 *     mcuai_status status = mcuai_generator_open(&generator, &model);
 *     status = mcuai_generator_feed(&generator, prompt, count);
 *     int32_t next = mcuai_sample(&sampler, mcuai_generator_logits(&generator), ...);
 */
#ifndef MCUAI_GENERATOR_H
#define MCUAI_GENERATOR_H

#include "mcuai.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Members are the core's own; use the functions. */
typedef struct {
    const mcuai_model *model;
    uint32_t rows, vocabulary, context, used, last, passes;
} mcuai_generator;

/* Takes an opened model. MCUAI_ERROR_LANGUAGE where its inputs and output are not those of a language model: tokens int32
 * [T], position int32 [1], logits int32 [T, vocabulary] and, maybe, as many of the token after the next one. */
mcuai_status mcuai_generator_open(mcuai_generator *generator, const mcuai_model *model);

/* Tokens of the vocabulary. */
uint32_t mcuai_generator_vocabulary(const mcuai_generator *generator);

/* Tokens that it can look back on, and how many it has been given since it was opened or reset. */
uint32_t mcuai_generator_context(const mcuai_generator *generator);
uint32_t mcuai_generator_used(const mcuai_generator *generator);

/* Tokens that it takes in one pass through its weights, T, and passes since it was opened or reset. */
uint32_t mcuai_generator_rows(const mcuai_generator *generator);
uint32_t mcuai_generator_passes(const mcuai_generator *generator);

/* Forgets all tokens. */
void mcuai_generator_reset(mcuai_generator *generator);

/* Forgets all tokens but the first `used`; as many as it has seen or more leave it as it is. */
void mcuai_generator_rewind(mcuai_generator *generator, uint32_t used);

/* Takes the next tokens, at least one. MCUAI_ERROR_CONTEXT, and none is taken, where they are more than the context has
 * left; MCUAI_ERROR_ARGUMENT where one is not in the vocabulary. */
mcuai_status mcuai_generator_feed(mcuai_generator *generator, const int32_t *tokens,
                                  uint32_t count);

/* [vocabulary] of the token after the last one, Q16; until the next feed. 0 where no tokens were fed since it was opened or
 * reset. */
const int32_t *mcuai_generator_logits(const mcuai_generator *generator);

/* The same of the token after each one of the last pass, counted from its first; 0 for one that was not in it. */
const int32_t *mcuai_generator_logits_of(const mcuai_generator *generator, uint32_t row);

/* The same of the token after that one, as far as it can be foreseen without it; 0 where the model does not. */
const int32_t *mcuai_generator_ahead_of(const mcuai_generator *generator, uint32_t row);

/* How well a token was foreseen: -ln p = distance / 2^16 + ln(sum / 2^27). The sum is 0 where there are no logits. */
typedef struct {
    uint32_t distance; /* of its logit to the greatest, Q16 */
    uint64_t sum;      /* of e^-distance of all tokens, Q27 */
} mcuai_surprisal;

mcuai_surprisal mcuai_generator_surprisal(const mcuai_generator *generator, int32_t token);

#ifdef __cplusplus
}
#endif

#endif
