/* Goes on from a prompt token by token. Tokens that are likely to come are guessed and given to the model together with the
 * last one: a pass through the weights tells of each whether the guess was right (Leviathan et al., 2023), so that the text
 * is the same with fewer passes. Guesses are what followed when the same tokens came last (Saxena, 2023), and what the model
 * itself foresees of the token after the next one, if it does.
 *
 *     mcuai_teller_config config = {&generator, &sampler, tokens, most_tokens, 3, scratch, scratch_bytes};
 *     mcuai_status status = mcuai_teller_open(&teller, &config, prompt_count);
 *     while ((token = mcuai_teller_next(&teller)) >= 0 && token != end) ...
 */
#ifndef MCUAI_TELLER_H
#define MCUAI_TELLER_H

#include <stdbool.h>

#include "generator.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MCUAI_MOST_DRAFT 15

typedef struct {
    mcuai_generator *generator; /* opened, and given no tokens */
    mcuai_sampler *sampler;     /* opened */
    int32_t *tokens;            /* the prompt, and room for what follows */
    uint32_t most_tokens;       /* that there is room for */
    uint32_t draft;             /* tokens to guess at most; fewer where the model takes fewer at once */
    void *scratch;              /* 4-byte aligned, for the sampler: mcuai_sampler_bytes */
    uint32_t scratch_bytes;
} mcuai_teller_config;

/* Members are the core's own; use the functions. */
typedef struct {
    mcuai_teller_config config;
    uint32_t count, row, guessed;
    int32_t guesses[MCUAI_MOST_DRAFT];
    bool needs_pass;
} mcuai_teller;

/* Gives the model the prompt, at least one token. MCUAI_ERROR_ARGUMENT where the generator was given tokens already; reset
 * it before it is opened again, also after a failure. */
mcuai_status mcuai_teller_open(mcuai_teller *teller, const mcuai_teller_config *config,
                               uint32_t prompt_count);

/* The next token, which is also put behind the others; an error, MCUAI_ERROR_CONTEXT where the model's context is full,
 * MCUAI_ERROR_BUFFER where there is no room for another token, MCUAI_ERROR_ARGUMENT where the model was not given the tokens
 * before it. */
int32_t mcuai_teller_next(mcuai_teller *teller);

#ifdef __cplusplus
}
#endif

#endif
