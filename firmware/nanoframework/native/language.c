/* Tokens, the choice of the next one, and text. */
#include "attach.h"

#include "../../core/language/tokenizer.h"

#include <mcuai/generator.h>
#include <mcuai/text.h>
#include <string.h>

enum { TOKENS, POSITION };

typedef char sampler_fits[sizeof(mcuai_sampler) == 4 * MCUAI_SAMPLER_FIELDS ? 1 : -1];

int32_t mcuai_managed_language_open(const mcuai_managed_pack *pack, int32_t *sizes) {
    mcuai_managed_model managed;
    mcuai_generator generator;
    mcuai_status status = mcuai_managed_attach(&managed, pack);
    if (status == MCUAI_OK)
        status = mcuai_generator_open(&generator, &managed.model);
    if (status != MCUAI_OK)
        return status;
    sizes[MCUAI_LANGUAGE_ROWS] = (int32_t)mcuai_generator_rows(&generator);
    sizes[MCUAI_LANGUAGE_VOCABULARY] = (int32_t)mcuai_generator_vocabulary(&generator);
    sizes[MCUAI_LANGUAGE_CONTEXT] = (int32_t)mcuai_generator_context(&generator);
    return MCUAI_OK;
}

int32_t mcuai_managed_language_feed(const mcuai_managed_pack *pack, const int32_t *tokens, uint32_t count, uint32_t position) {
    mcuai_managed_model managed;
    const mcuai_status status = mcuai_managed_attach(&managed, pack);
    if (status != MCUAI_OK)
        return status;
    const mcuai_tensor input = mcuai_input(&managed.model, TOKENS), at = mcuai_input(&managed.model, POSITION);
    if (count == 0 || count > input.bytes / 4 || at.bytes != 4)
        return MCUAI_ERROR_ARGUMENT;
    memcpy(input.data, tokens, 4 * count);
    memcpy(at.data, &position, 4);
    return MCUAI_OK;
}

int32_t mcuai_managed_sampler_open(int32_t *sampler, uint32_t temperature, uint32_t top_k, uint32_t top_p, uint32_t seed) {
    mcuai_sampler made;
    const mcuai_status status = mcuai_sampler_open(&made, temperature, top_k, top_p, seed);
    if (status == MCUAI_OK)
        memcpy(sampler, &made, sizeof made);
    return status;
}

int32_t mcuai_managed_sample(const mcuai_managed_pack *pack, int32_t *sampler, uint32_t row, int32_t *scratch,
                             uint32_t scratch_count) {
    mcuai_managed_model managed;
    const mcuai_status status = mcuai_managed_attach(&managed, pack);
    if (status != MCUAI_OK)
        return status;
    const mcuai_tensor logits = mcuai_output(&managed.model, 0);
    if (row >= (uint32_t)logits.dims[2])
        return MCUAI_ERROR_ARGUMENT;
    const uint32_t vocabulary = (uint32_t)logits.dims[3];
    mcuai_sampler copy;
    memcpy(&copy, sampler, sizeof copy);
    const int32_t token =
        mcuai_sample(&copy, (const int32_t *)logits.data + (size_t)row * vocabulary, vocabulary, scratch, 4 * scratch_count);
    memcpy(sampler, &copy, sizeof copy);
    return token;
}

/* The record; `status` tells why there is none. */
static const void *record_of(const mcuai_managed_pack *pack, uint32_t *bytes, mcuai_status *status) {
    mcuai_managed_model managed;
    *status = mcuai_managed_attach(&managed, pack);
    if (*status != MCUAI_OK)
        return NULL;
    const void *record = mcuai_metadata(&managed.model, "tokenizer", bytes);
    *status = record ? MCUAI_OK : MCUAI_ERROR_TOKENIZER;
    return record;
}

int32_t mcuai_managed_tokenizer_open(const mcuai_managed_pack *pack, int32_t *facts) {
    mcuai_tokenizer tokenizer;
    uint32_t bytes;
    mcuai_status status;
    const void *record = record_of(pack, &bytes, &status);
    if (record)
        status = mcuai_tokenizer_open(&tokenizer, record, bytes);
    if (status != MCUAI_OK)
        return status;
    facts[MCUAI_TOKENIZER_COUNT] = mcuai_tokenizer_count(&tokenizer);
    facts[MCUAI_TOKENIZER_BEGIN] = mcuai_tokenizer_begin(&tokenizer);
    facts[MCUAI_TOKENIZER_END] = mcuai_tokenizer_end(&tokenizer);
    return MCUAI_OK;
}

int32_t mcuai_managed_encode_scratch(const uint8_t *text, uint32_t text_bytes) {
    const int32_t bytes = mcuai_encode_bytes(text, text_bytes);
    return bytes < 0 ? bytes : (bytes + 3) / 4;
}

int32_t mcuai_managed_encode(const mcuai_managed_pack *pack, const uint8_t *text, uint32_t text_bytes, int32_t *tokens,
                             uint32_t token_count, int32_t *scratch, uint32_t scratch_count) {
    uint32_t bytes;
    mcuai_status status;
    const mcuai_tokenizer tokenizer = {record_of(pack, &bytes, &status)}; /* checked by mcuai_managed_tokenizer_open */
    return status == MCUAI_OK
               ? mcuai_encode(&tokenizer, text, text_bytes, tokens, token_count, scratch, 4 * scratch_count)
               : (int32_t)status;
}

int32_t mcuai_managed_decode(const mcuai_managed_pack *pack, int32_t token, int32_t before, uint8_t *text, uint32_t text_bytes) {
    uint32_t bytes;
    mcuai_status status;
    const mcuai_tokenizer tokenizer = {record_of(pack, &bytes, &status)};
    if (status != MCUAI_OK)
        return status;
    const uint8_t *piece = mcuai_decode(&tokenizer, token, before, &bytes);
    if (bytes > text_bytes)
        return MCUAI_ERROR_BUFFER;
    memcpy(text, piece, bytes);
    return (int32_t)bytes;
}
