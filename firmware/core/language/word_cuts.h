/* Cuts texts into the words within which byte pairs are merged, as the regular expressions of known
 * models do (model-converter/Language/WordPatterns.cs). */
#ifndef MCUAI_WORD_CUTS_H
#define MCUAI_WORD_CUTS_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers of docs/pack-format.md. */
enum {
    MCUAI_WORDS_NONE = 0,
    MCUAI_WORDS_GPT2 = 1,
    MCUAI_WORDS_LLAMA3 = 2,
    MCUAI_WORDS_QWEN2 = 3,
    MCUAI_WORDS_DEEPSEEK_LLM = 4,
    MCUAI_WORDS_DEEPSEEK_CODER = 5,
    MCUAI_WORDS_DEEPSEEK_V3 = 6,
    MCUAI_WORDS_SMOLLM = 7,
    MCUAI_WORDS_LAST = 7,
};

/* A text with a bit for each place where a word begins. */
typedef struct {
    const uint8_t *text; /* valid UTF-8 */
    uint8_t *begins;     /* [(count + 7) / 8] */
    uint32_t count;
} mcuai_words;

static inline void mcuai_begin_word(const mcuai_words *words, uint32_t at) {
    if (at < words->count)
        words->begins[at / 8] |= (uint8_t)(1u << at % 8);
}

/* Where the word that begins at `at` ends. */
static inline uint32_t mcuai_word_end(const mcuai_words *words, uint32_t at) {
    do
        at++;
    while (at < words->count && !(words->begins[at / 8] & 1u << at % 8));
    return at;
}

/* Cuts one word, from..to, by one of the sets of patterns. */
void mcuai_cut_words(const mcuai_words *words, uint32_t from, uint32_t to, uint32_t set);

#endif
