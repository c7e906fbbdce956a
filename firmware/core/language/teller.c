#include <mcuai/teller.h>

enum { LONGEST_MATCH = 4 };
enum { SURE = 1 << 15 }; /* of a logit above all others, Q16: 1.6 times as likely */

/* Tokens that agree when both ends go back from here, at most LONGEST_MATCH. */
static uint32_t agreeing(const int32_t *tokens, uint32_t end, uint32_t count) {
    uint32_t length = 0;
    while (length < LONGEST_MATCH && length < end &&
           tokens[end - 1 - length] == tokens[count - 1 - length])
        length++;
    return length;
}

/* What followed the longest match of the last tokens, the latest of those. Returns how many; the
 * match's length is told. */
static uint32_t look_up(const int32_t *tokens, uint32_t count, int32_t *guesses, uint32_t most,
                        uint32_t *match) {
    uint32_t best = 0, from = 0, written = 0;
    for (uint32_t end = count - 1; end > 0 && best < LONGEST_MATCH; end--) {
        const uint32_t length = agreeing(tokens, end, count);
        if (length > best) {
            best = length;
            from = end;
        }
    }
    if (best > 0)
        for (; written < most && from + written < count; written++)
            guesses[written] = tokens[from + written];
    *match = best;
    return written;
}

/* The likeliest token of these logits; negative where another one is nearly as likely. */
static int32_t likeliest(const int32_t *logits, uint32_t vocabulary) {
    int32_t token = 0, second = INT32_MIN;
    for (uint32_t i = 1; i < vocabulary; i++)
        if (logits[i] > logits[token]) {
            second = logits[token];
            token = (int32_t)i;
        } else if (logits[i] > second) {
            second = logits[i];
        }
    return (int64_t)logits[token] - second >= SURE ? token : -1;
}

/* Guesses what follows the last token: what followed a long match, or else what the model itself
 * foresaw when it was asked for the last token, if it was sure, or else what followed a shorter
 * match. Returns how many. */
static uint32_t guess(mcuai_teller *teller, uint32_t most) {
    const mcuai_generator *generator = teller->config.generator;
    const int32_t *ahead =
        mcuai_generator_ahead_of(generator, teller->row > 0 ? teller->row - 1 : generator->last);
    uint32_t match = 0;
    const uint32_t found =
        look_up(teller->config.tokens, teller->count, teller->guesses, most, &match);
    if (!ahead || match == LONGEST_MATCH || most == 0)
        return found;
    const int32_t foreseen = likeliest(ahead, mcuai_generator_vocabulary(generator));
    if (foreseen < 0) /* a single token that comes again says less than a model that is not sure */
        return match > 1 ? found : 0;
    if (found > 0 && teller->guesses[0] == foreseen)
        return found;
    teller->guesses[0] = foreseen;
    return 1;
}

static uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/* Gives the model the last token, which it has not seen, with guesses behind it. */
static mcuai_status pass(mcuai_teller *teller) {
    mcuai_generator *generator = teller->config.generator;
    const uint32_t seen = teller->count - 1, context = mcuai_generator_context(generator);
    if (seen >= context)
        return MCUAI_ERROR_CONTEXT;
    const uint32_t most = least(least(teller->config.draft, MCUAI_MOST_DRAFT),
                                least(mcuai_generator_rows(generator), context - seen) - 1);
    int32_t given[MCUAI_MOST_DRAFT + 1];
    given[0] = teller->config.tokens[seen];
    teller->guessed = guess(teller, most);
    for (uint32_t i = 0; i < teller->guessed; i++)
        given[1 + i] = teller->guesses[i];
    teller->row = 0;
    mcuai_generator_rewind(generator, seen);
    if (mcuai_generator_used(generator) != seen) /* the prompt was not taken as a whole */
        return MCUAI_ERROR_ARGUMENT;
    return mcuai_generator_feed(generator, given, 1 + teller->guessed);
}

mcuai_status mcuai_teller_open(mcuai_teller *teller, const mcuai_teller_config *config,
                               uint32_t prompt_count) {
    if (!teller || !config || !config->generator || !config->sampler || !config->tokens ||
        mcuai_generator_used(config->generator) > 0 || prompt_count == 0 ||
        prompt_count > config->most_tokens)
        return MCUAI_ERROR_ARGUMENT;
    *teller = (mcuai_teller){.config = *config, .count = prompt_count, .needs_pass = true};
    return prompt_count > 1
               ? mcuai_generator_feed(config->generator, config->tokens, prompt_count - 1)
               : MCUAI_OK;
}

int32_t mcuai_teller_next(mcuai_teller *teller) {
    const mcuai_teller_config *config = &teller->config;
    if (teller->count == config->most_tokens)
        return MCUAI_ERROR_BUFFER;
    if (teller->needs_pass) {
        const mcuai_status status = pass(teller);
        if (status != MCUAI_OK)
            return status;
    }
    const int32_t next = mcuai_sample(
        config->sampler, mcuai_generator_logits_of(config->generator, teller->row),
        mcuai_generator_vocabulary(config->generator), config->scratch, config->scratch_bytes);
    if (next < 0)
        return next;
    config->tokens[teller->count++] = next;
    /* a right guess has been given to the model already */
    const bool is_guessed = teller->row < teller->guessed && teller->guesses[teller->row] == next;
    teller->row++;
    teller->needs_pass = !is_guessed;
    return next;
}
