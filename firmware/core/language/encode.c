/* Text to tokens: the text is copied to the scratch as valid UTF-8, cut into words, and each word
 * is merged. */
#include <string.h>

#include "merge.h"
#include "utf8.h"
#include "word_cuts.h"

/* Where tokens go. */
typedef struct {
    int32_t *tokens;
    uint32_t count, most;
} token_list;

static bool put(token_list *list, int32_t token) {
    if (list->count == list->most)
        return false;
    list->tokens[list->count++] = token;
    return true;
}

/* How SentencePiece writes a space. */
static bool is_written_space(const uint8_t *c, uint32_t length) {
    return length == 3 && c[0] == 0xE2 && c[1] == 0x96 && c[2] == 0x81;
}

/* Copies a text as valid UTF-8, and returns the bytes of the copy; with `copy` null only counts
 * them. */
static uint32_t normalise(const uint8_t *text, uint32_t bytes, bool written_spaces, uint8_t *copy) {
    static const uint8_t replacement[3] = {0xEF, 0xBF, 0xBD}; /* U+FFFD */
    uint32_t count = 0;
    for (uint32_t at = 0; at < bytes;) {
        uint32_t broken = 0, length = mcuai_utf8_check(text + at, bytes - at, &broken);
        const uint8_t *from = length ? text + at : replacement;
        at += length ? length : broken;
        length = length ? length : sizeof replacement;
        if (written_spaces && is_written_space(from, length)) {
            from = (const uint8_t *)" ";
            length = 1;
        }
        if (copy)
            memcpy(copy + count, from, length);
        count += length;
    }
    return count;
}

/* Of the copy and its words, without the lists of the merging. */
static uint32_t copy_bytes(uint32_t count) {
    return (count + (count + 7) / 8 + 3) / 4 * 4;
}

int32_t mcuai_encode_bytes(const void *text, uint32_t text_bytes) {
    if ((!text && text_bytes > 0) || text_bytes > MCUAI_TEXT_MOST_BYTES)
        return MCUAI_ERROR_ARGUMENT;
    const uint32_t count = 1 + normalise(text, text_bytes, false, NULL);
    return count > MCUAI_TEXT_MOST_BYTES
               ? MCUAI_ERROR_ARGUMENT
               : (int32_t)(copy_bytes(count) + MCUAI_MERGING_BYTES * count);
}

/* Cuts before each space behind another character: no piece goes over such a place. */
static void cut_at_spaces(const mcuai_words *words) {
    for (uint32_t i = 1; i < words->count; i++)
        if (words->text[i] == ' ' && words->text[i - 1] != ' ')
            mcuai_begin_word(words, i);
}

/* Pieces that are found as a whole become words, and the texts between them are cut. */
static void cut_at_pieces(const mcuai_tokenizer_tables *t, const mcuai_words *words) {
    uint32_t from = 0;
    for (uint32_t at = 0; t->whole_count > 0 && at < words->count;) {
        const int32_t token = mcuai_whole_token(t, words->text + at, words->count - at);
        if (token < 0) {
            at += mcuai_utf8_length(words->text[at]);
            continue;
        }
        const uint32_t end = at + mcuai_piece_at(t, (uint32_t)token).count;
        mcuai_begin_word(words, at);
        mcuai_cut_words(words, from, at, t->words);
        mcuai_begin_word(words, end);
        from = at = end;
    }
    mcuai_cut_words(words, from, words->count, t->words);
}

static bool put_symbol(const mcuai_merging *m, uint32_t at, token_list *list) {
    const int32_t *byte_tokens = mcuai_tokenizer_at(m->tables, m->tables->byte_tokens_at);
    if (m->token[at] >= 0)
        return put(list, m->token[at]);
    for (uint32_t i = at; i < m->next[at]; i++) {
        const int32_t token = byte_tokens[m->text[i]];
        if (!put(list, token < 0 ? m->tables->unknown : token))
            return false;
    }
    return true;
}

/* The token of a word that is not merged. A text between whole pieces holds none of them. */
static int32_t word_token(const mcuai_tokenizer_tables *t, const uint8_t *word, uint32_t count) {
    const int32_t whole = t->whole_count > 0 ? mcuai_whole_token(t, word, count) : MCUAI_NO_TOKEN;
    if (whole >= 0 && mcuai_piece_at(t, (uint32_t)whole).count == count)
        return whole;
    return t->flags & MCUAI_KNOWN_WORDS ? mcuai_piece_token(t, word, count) : MCUAI_NO_TOKEN;
}

static bool put_word(mcuai_merging *m, void *memory, uint32_t memory_bytes, token_list *list) {
    const int32_t token = word_token(m->tables, m->text, m->count);
    if (token >= 0)
        return put(list, token);
    if (memory_bytes / MCUAI_MERGING_BYTES < m->count)
        return false;
    mcuai_merge_word(m, memory);
    for (uint32_t at = 0; at < m->count; at = m->next[at])
        if (!put_symbol(m, at, list))
            return false;
    return true;
}

static int32_t encode_words(const mcuai_tokenizer_tables *t, const mcuai_words *words, void *memory,
                            uint32_t memory_bytes, token_list *list) {
    for (uint32_t at = 0, end; at < words->count; at = end) {
        end = mcuai_word_end(words, at);
        mcuai_merging m = {.tables = t, .text = words->text + at, .count = end - at};
        if (!put_word(&m, memory, memory_bytes, list))
            return MCUAI_ERROR_BUFFER;
    }
    return (int32_t)list->count;
}

int32_t mcuai_encode(const mcuai_tokenizer *tokenizer, const void *text, uint32_t text_bytes,
                     int32_t *tokens, uint32_t most, void *scratch, uint32_t scratch_bytes) {
    const mcuai_tokenizer_tables *t = tokenizer->tables;
    if (text_bytes == 0)
        return 0;
    if ((!tokens && most > 0) || !scratch || (uintptr_t)scratch % 4 != 0 ||
        mcuai_encode_bytes(text, text_bytes) < 0)
        return MCUAI_ERROR_ARGUMENT;
    const bool pieces = t->kind == MCUAI_SENTENCE_PIECE, before = t->flags & MCUAI_SPACE_BEFORE;
    const uint32_t count = before + normalise(text, text_bytes, pieces, NULL);
    const uint32_t used = copy_bytes(count);
    if (used > scratch_bytes)
        return MCUAI_ERROR_BUFFER;

    uint8_t *copy = scratch;
    const mcuai_words words = {copy, copy + count, count};
    copy[0] = ' ';
    normalise(text, text_bytes, pieces, copy + before);
    memset(words.begins, 0, (count + 7) / 8);
    if (t->flags & MCUAI_SPACES_LEAD)
        cut_at_spaces(&words);
    else if (!pieces)
        cut_at_pieces(t, &words);
    token_list list = {tokens, 0, most};
    return encode_words(t, &words, copy + used, scratch_bytes - used, &list);
}
