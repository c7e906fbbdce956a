/* The choice of the next token (docs/transformer-arithmetic.md, "Choosing the next token"). */
#include <mcuai/text.h>
#include <stdbool.h>

#include "arithmetic.h"
#include "attention.h"
#include "functions.h"

enum { MOST_TOKENS = 1 << 20, ONE = 1 << 16 };

/* log2(e) / temperature, of a temperature in Q16, as mantissa and exponent. */
static void factor_of(uint32_t temperature, int32_t *factor, int32_t *exponent) {
    const uint64_t log2_e = 1549082005; /* Q30 */
    const int32_t zeros = mcuai_zeros(temperature);
    const uint64_t quotient = (log2_e << 32) / (temperature << zeros);
    const bool large = quotient >> 31 != 0;
    *factor = (int32_t)(large ? quotient >> 1 : quotient);
    *exponent = zeros - (large ? 14 : 15);
}

mcuai_status mcuai_sampler_open(mcuai_sampler *sampler, uint32_t temperature, uint32_t top_k,
                                uint32_t top_p, uint32_t seed) {
    if (!sampler || top_p > ONE || (temperature > 0 && seed == 0))
        return MCUAI_ERROR_ARGUMENT;
    *sampler = (mcuai_sampler){0, 0, top_k, top_p, seed};
    if (temperature > 0)
        factor_of(temperature, &sampler->factor, &sampler->exponent);
    return MCUAI_OK;
}

uint32_t mcuai_sampler_bytes(const mcuai_sampler *sampler, uint32_t count) {
    const bool cuts = (sampler->top_k > 0 && sampler->top_k < count) || sampler->top_p < ONE;
    return sampler->factor != 0 && cuts ? 8 * count : 0;
}

static uint32_t greatest(const int32_t *logits, uint32_t count) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
        if (logits[i] > logits[best])
            best = i;
    return best;
}

/* The weight of a logit that is `distance` below the greatest. */
static uint32_t weight_of(const mcuai_sampler *sampler, uint32_t distance) {
    const uint32_t d = mcuai_attention_distance(distance, sampler->exponent + 1);
    return d > MCUAI_FAR ? 0 : mcuai_exp2((uint32_t)mcuai_high((int32_t)d, sampler->factor));
}

/* Tokens in the order of a key, the greatest first, the lowest numbers among equals. */
typedef struct {
    uint32_t *tokens;
    uint32_t count;
    const int32_t *logits;   /* the key, or */
    const uint32_t *weights; /* if not null, these */
} heap;

static bool comes_first(const heap *h, uint32_t a, uint32_t b) {
    if (h->weights)
        return h->weights[a] != h->weights[b] ? h->weights[a] > h->weights[b] : a < b;
    return h->logits[a] != h->logits[b] ? h->logits[a] > h->logits[b] : a < b;
}

static void sink(heap *h, uint32_t at) {
    const uint32_t token = h->tokens[at];
    for (uint32_t child = 2 * at + 1; child < h->count; child = 2 * at + 1) {
        if (child + 1 < h->count && comes_first(h, h->tokens[child + 1], h->tokens[child]))
            child++;
        if (!comes_first(h, h->tokens[child], token))
            break;
        h->tokens[at] = h->tokens[child];
        at = child;
    }
    h->tokens[at] = token;
}

static void order(heap *h) {
    for (uint32_t i = h->count / 2; i > 0; i--)
        sink(h, i - 1);
}

/* The first token, which moves behind those that are left. */
static uint32_t take(heap *h) {
    const uint32_t first = h->tokens[0];
    h->count--;
    h->tokens[0] = h->tokens[h->count];
    h->tokens[h->count] = first;
    sink(h, 0);
    return first;
}

/* Leaves the tokens of the k greatest logits, and returns their number. */
static uint32_t keep_top_k(const mcuai_sampler *sampler, const int32_t *logits, uint32_t count,
                           uint32_t *tokens) {
    for (uint32_t i = 0; i < count; i++)
        tokens[i] = i;
    if (sampler->top_k == 0 || sampler->top_k >= count)
        return count;
    heap h = {tokens, count, logits, 0};
    order(&h);
    while (count - h.count < sampler->top_k)
        take(&h);
    for (uint32_t i = 0; i < sampler->top_k; i++)
        tokens[i] = tokens[h.count + i];
    return sampler->top_k;
}

/* Weights of the tokens that top-k and top-p keep; 0 of the others. */
static uint64_t keep(const mcuai_sampler *sampler, const int32_t *logits, uint32_t count,
                     int32_t most, uint32_t *weights, uint32_t *tokens) {
    heap h = {tokens, keep_top_k(sampler, logits, count, tokens), logits, weights};
    uint64_t total = 0, sum = 0;
    for (uint32_t i = 0; i < count; i++)
        weights[i] = 0;
    for (uint32_t i = 0; i < h.count; i++)
        total += weights[tokens[i]] =
            weight_of(sampler, (uint32_t)most - (uint32_t)logits[tokens[i]]);
    if (sampler->top_p == ONE)
        return total;
    order(&h);
    do
        sum += weights[take(&h)];
    while (h.count > 0 && sum << 16 < sampler->top_p * total);
    for (uint32_t i = 0; i < h.count; i++)
        weights[tokens[i]] = 0;
    return sum;
}

static uint32_t next_random(mcuai_sampler *sampler) {
    sampler->random ^= sampler->random << 13;
    sampler->random ^= sampler->random >> 17;
    sampler->random ^= sampler->random << 5;
    return sampler->random;
}

int32_t mcuai_sample(mcuai_sampler *sampler, const int32_t *logits, uint32_t count, void *scratch,
                     uint32_t scratch_bytes) {
    if (!logits || count == 0 || count > MOST_TOKENS)
        return MCUAI_ERROR_ARGUMENT;
    const uint32_t best = greatest(logits, count);
    if (sampler->factor == 0)
        return (int32_t)best;
    const uint32_t needed = mcuai_sampler_bytes(sampler, count);
    if (needed > 0 && (!scratch || (uintptr_t)scratch % 4 != 0))
        return MCUAI_ERROR_ARGUMENT;
    if (needed > scratch_bytes)
        return MCUAI_ERROR_BUFFER;

    uint32_t *weights = needed > 0 ? scratch : 0;
    const uint32_t most = (uint32_t)logits[best];
    uint64_t total = 0, sum = 0;
    if (weights)
        total = keep(sampler, logits, count, logits[best], weights, weights + count);
    for (uint32_t i = 0; !weights && i < count; i++)
        total += weight_of(sampler, most - (uint32_t)logits[i]);
    const uint64_t random = next_random(sampler);
    const uint64_t drawn = random * (total >> 32) + (random * (uint32_t)total >> 32);
    for (uint32_t i = 0; i < count; i++) {
        sum += weights ? weights[i] : weight_of(sampler, most - (uint32_t)logits[i]);
        if (sum > drawn)
            return (int32_t)i;
    }
    return (int32_t)best; /* not reached: the total is more than what was drawn */
}
