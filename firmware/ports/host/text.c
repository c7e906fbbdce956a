/* Tokenizers and the sampler for the host, by P/Invoke. */
#include <mcuai/text.h>

#include "../../core/language/categories.h"
#include "../../core/language/word_cuts.h"

#if defined(_WIN32)
#define MCUAI_EXPORT __declspec(dllexport)
#else
#define MCUAI_EXPORT __attribute__((visibility("default")))
#endif

MCUAI_EXPORT uint32_t mcuai_host_tokenizer_state_bytes(void) {
    return sizeof(mcuai_tokenizer);
}

MCUAI_EXPORT int32_t mcuai_host_tokenizer_open(mcuai_tokenizer *tokenizer, const void *record,
                                               uint32_t record_bytes) {
    return mcuai_tokenizer_open(tokenizer, record, record_bytes);
}

/* What is asked for: 0 the number of tokens, 1 the beginning, 2 the end. */
MCUAI_EXPORT int32_t mcuai_host_tokenizer_number(const mcuai_tokenizer *tokenizer, uint32_t which) {
    return which == 0   ? mcuai_tokenizer_count(tokenizer)
           : which == 1 ? mcuai_tokenizer_begin(tokenizer)
                        : mcuai_tokenizer_end(tokenizer);
}

MCUAI_EXPORT int32_t mcuai_host_tokenizer_encode_bytes(const void *text, uint32_t text_bytes) {
    return mcuai_encode_bytes(text, text_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_tokenizer_encode(const mcuai_tokenizer *tokenizer, const void *text,
                                                 uint32_t text_bytes, int32_t *tokens,
                                                 uint32_t most, void *scratch,
                                                 uint32_t scratch_bytes) {
    return mcuai_encode(tokenizer, text, text_bytes, tokens, most, scratch, scratch_bytes);
}

MCUAI_EXPORT const uint8_t *mcuai_host_tokenizer_decode(const mcuai_tokenizer *tokenizer,
                                                        int32_t token, int32_t before,
                                                        uint32_t *bytes) {
    return mcuai_decode(tokenizer, token, before, bytes);
}

/* Sets a bit for each place of a text in valid UTF-8 where a word begins: for tests. */
MCUAI_EXPORT void mcuai_host_tokenizer_cut(const uint8_t *text, uint32_t text_bytes, uint32_t set,
                                           uint8_t *begins) {
    const mcuai_words words = {text, begins, text_bytes};
    mcuai_cut_words(&words, 0, text_bytes, set);
}

/* For tests. */
MCUAI_EXPORT int32_t mcuai_host_tokenizer_category(uint32_t character) {
    return (int32_t)mcuai_category_of(character);
}

MCUAI_EXPORT uint32_t mcuai_host_sampler_state_bytes(void) {
    return sizeof(mcuai_sampler);
}

MCUAI_EXPORT int32_t mcuai_host_sampler_open(mcuai_sampler *sampler, uint32_t temperature,
                                             uint32_t top_k, uint32_t top_p, uint32_t seed) {
    return mcuai_sampler_open(sampler, temperature, top_k, top_p, seed);
}

MCUAI_EXPORT uint32_t mcuai_host_sampler_bytes(const mcuai_sampler *sampler, uint32_t count) {
    return mcuai_sampler_bytes(sampler, count);
}

MCUAI_EXPORT int32_t mcuai_host_sampler_sample(mcuai_sampler *sampler, const int32_t *logits,
                                               uint32_t count, void *scratch,
                                               uint32_t scratch_bytes) {
    return mcuai_sample(sampler, logits, count, scratch, scratch_bytes);
}
