/* Text as a language model's tokens and back, and the choice of the next token. docs/pack-format.md specifies the
 * tokenizer's record, which the converter makes and which is used in place, docs/transformer-arithmetic.md the choice.
 *
 *     uint32_t bytes;
 *     const void *record = mcuai_metadata(&model, "tokenizer", &bytes);
 *     mcuai_tokenizer tokenizer;
 *     mcuai_status status = mcuai_tokenizer_open(&tokenizer, record, bytes);
 *     int32_t count = mcuai_encode(&tokenizer, prompt, prompt_bytes, tokens, most_tokens, scratch, scratch_bytes);
 *     ... run the model ...
 *     int32_t token = mcuai_sample(&sampler, logits, mcuai_tokenizer_count(&tokenizer), scratch, scratch_bytes);
 *     const uint8_t *text = mcuai_decode(&tokenizer, token, before, &text_bytes);
 */
#ifndef MCUAI_TEXT_H
#define MCUAI_TEXT_H

#include "mcuai.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mcuai_tokenizer_tables;

/* An opened tokenizer. Members are the core's own; use the functions. */
typedef struct {
    const struct mcuai_tokenizer_tables *tables;
} mcuai_tokenizer;

/* Checks the whole record, which is 4-byte aligned and stays in place. Nothing that the other functions do later can
 * leave it. */
mcuai_status mcuai_tokenizer_open(mcuai_tokenizer *tokenizer, const void *record,
                                  uint32_t record_bytes);

/* Tokens of the vocabulary. */
int32_t mcuai_tokenizer_count(const mcuai_tokenizer *tokenizer);

/* The tokens with which a text begins and ends; negative if there is none. */
int32_t mcuai_tokenizer_begin(const mcuai_tokenizer *tokenizer);
int32_t mcuai_tokenizer_end(const mcuai_tokenizer *tokenizer);

/* Bytes of scratch with which mcuai_encode takes this text whatever its words are; negative if it is too long. A text of
 * n bytes whose longest word has w takes no more than 9 n / 8 + 14 w + 8. */
int32_t mcuai_encode_bytes(const void *text, uint32_t text_bytes);

/* Writes the tokens of a text in UTF-8, the token of its beginning not among them, and returns how many there are.
 * Bytes that are no UTF-8 count as U+FFFD, one for each maximal subpart of a character, as most decoders have it. The
 * text has up to 65534 bytes, these three for each of them included. `scratch` is 4-byte aligned. MCUAI_ERROR_BUFFER if
 * there are more tokens than `most`, or if the scratch is too small. */
int32_t mcuai_encode(const mcuai_tokenizer *tokenizer, const void *text, uint32_t text_bytes,
                     int32_t *tokens, uint32_t most, void *scratch, uint32_t scratch_bytes);

/* What a token adds to the text, in place and without a zero at its end; a character may come in several tokens. Nothing
 * for a token that is not in the vocabulary. `before` is the token before it: some tokenizers put a space before the first
 * word, which is not shown. */
const uint8_t *mcuai_decode(const mcuai_tokenizer *tokenizer, int32_t token, int32_t before,
                            uint32_t *bytes);

/* How the next token is chosen. Members are the core's own, but `random` may be kept over a restart. */
typedef struct {
    int32_t factor;    /* log2(e) / temperature as mantissa and exponent; 0: the greatest logit */
    int32_t exponent;
    uint32_t top_k;    /* 0: all */
    uint32_t top_p;    /* Q16; 65536: all */
    uint32_t random;
} mcuai_sampler;

/* `temperature` and `top_p` are Q16: 65536 is 1. A temperature of 0 is greedy; else the seed is not 0. */
mcuai_status mcuai_sampler_open(mcuai_sampler *sampler, uint32_t temperature, uint32_t top_k,
                                uint32_t top_p, uint32_t seed);

/* Bytes of scratch that a choice of `count` tokens takes: 8 a token with top-k or top-p, none without. */
uint32_t mcuai_sampler_bytes(const mcuai_sampler *sampler, uint32_t count);

/* Chooses one of `count` logits (Q16, 1..2^20 of them) and returns its number. `scratch` is 4-byte aligned. */
int32_t mcuai_sample(mcuai_sampler *sampler, const int32_t *logits, uint32_t count, void *scratch,
                     uint32_t scratch_bytes);

#ifdef __cplusplus
}
#endif

#endif
