/* tokenizer_driver RECORD ROUNDS: opens mutations of a tokenizer's record, and encodes and decodes
 * with those that are accepted. Built with sanitizers. */
#include <mcuai/text.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutated_tables.h"

static const char sample[] = "It's 1234567 o'clock,  \xC3\xA9t\xC3\xA9 "
                             "\xE4\xB8\xAD\xE6\x96\x87\r\n \xF0\x9F\x98\x80<|end|>!?";

/* Pieces of the sample, and any bytes between them. */
static uint8_t *random_text(uint32_t *bytes) {
    *bytes = random_below(200);
    uint8_t *text = block(*bytes);
    for (uint32_t at = 0; at < *bytes;) {
        const uint32_t from = random_below(sizeof sample), left = *bytes - at;
        uint32_t count = random_below((uint32_t)sizeof sample - from) + 1;
        count = count < left ? count : left;
        memcpy(text + at, sample + from, count);
        if (random_below(3) == 0)
            text[at] = (uint8_t)random_below(256);
        at += count;
    }
    return text;
}

static void decode(const mcuai_tokenizer *tokenizer, const int32_t *tokens, int32_t count) {
    int32_t before = mcuai_tokenizer_begin(tokenizer);
    for (int32_t i = 0; i < count; i++) {
        uint32_t bytes, sum = 0;
        if (tokens[i] < 0 || tokens[i] >= mcuai_tokenizer_count(tokenizer))
            fail("a token that does not exist");
        const uint8_t *text = mcuai_decode(tokenizer, tokens[i], before, &bytes);
        while (bytes > 0)
            sum += text[--bytes];
        mix(sum);
        before = tokens[i];
    }
}

static void encode(const mcuai_tokenizer *tokenizer) {
    uint32_t bytes;
    uint8_t *text = random_text(&bytes);
    const int32_t needed = mcuai_encode_bytes(text, bytes);
    if (needed < 0)
        fail("scratch");
    const uint32_t scratch_bytes =
        random_below(4) ? (uint32_t)needed : random_below((uint32_t)needed);
    const uint32_t most = random_below(4) ? 3 * bytes + 1 : random_below(bytes + 1);
    uint8_t *scratch = block(scratch_bytes);
    int32_t *tokens = block(4 * (size_t)most);
    const int32_t count =
        mcuai_encode(tokenizer, text, bytes, tokens, most, scratch, scratch_bytes);
    if (count < 0 && count != MCUAI_ERROR_BUFFER)
        fail("encode");
    if (count < 0 && most == 3 * bytes + 1 && scratch_bytes == (uint32_t)needed)
        fail("the buffers are large enough");
    decode(tokenizer, tokens, count);
    free(tokens);
    free(scratch);
    free(text);
}

static int run(const uint8_t *record, uint32_t size) {
    mcuai_tokenizer tokenizer;
    if (mcuai_tokenizer_open(&tokenizer, record, size) != MCUAI_OK)
        return 0;
    uint32_t bytes;
    mcuai_decode(&tokenizer, INT32_MIN, 0, &bytes);
    mcuai_decode(&tokenizer, INT32_MAX, 0, &bytes);
    for (int i = 0; i < 8; i++)
        encode(&tokenizer);
    return 1;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: tokenizer_driver RECORD ROUNDS\n");
        return 2;
    }
    uint32_t size;
    uint8_t *original = read_file(arguments[1], &size);
    run_mutations(original, size, 80, atoi(arguments[2]), run);
    free(original);
    return 0;
}
