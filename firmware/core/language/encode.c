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

/* A text on its way to tokens. */
typedef struct {
    const mcuai_tokenizer_tables *tables;
    mcuai_words words;
    uint8_t *text; /* of the words */
    void *memory;  /* for merging */
    uint32_t memory_bytes;
    token_list list;
} encoding;

/* Cuts before each space behind another character: no piece goes over such a place. */
static void cut_at_spaces(const mcuai_words *words, uint32_t from, uint32_t to) {
    for (uint32_t i = from + 1; i < to; i++)
        if (words->text[i] == ' ' && words->text[i - 1] != ' ')
            mcuai_begin_word(words, i);
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

static bool put_word(encoding *e, uint32_t from, uint32_t to) {
    const mcuai_tokenizer_tables *t = e->tables;
    mcuai_merging m = {.tables = t, .text = e->text + from, .count = to - from};
    const int32_t token =
        t->flags & MCUAI_KNOWN_WORDS ? mcuai_piece_token(t, m.text, m.count) : MCUAI_NO_TOKEN;
    if (token >= 0)
        return put(&e->list, token);
    if (e->memory_bytes / MCUAI_MERGING_BYTES < m.count)
        return false;
    mcuai_merge_word(&m, e->memory);
    for (uint32_t at = 0; at < m.count; at = m.next[at])
        if (!put_symbol(&m, at, &e->list))
            return false;
    return true;
}

/* A text between whole pieces. Where a space is put before it, the byte there is free: room that
 * was left before the text, or the end of a piece whose token is out. */
static bool put_part(encoding *e, uint32_t from, uint32_t to, bool first) {
    const uint32_t flags = e->tables->flags;
    if (from == to)
        return true;
    if ((flags & (first ? MCUAI_SPACE_BEFORE : MCUAI_SPACE_EACH)) &&
        !((flags & MCUAI_SPACE_IF_MISSING) && e->text[from] == ' '))
        e->text[--from] = ' ';
    mcuai_begin_word(&e->words, to);
    if (flags & MCUAI_SPACES_LEAD)
        cut_at_spaces(&e->words, from, to);
    mcuai_cut_words(&e->words, from, to, e->tables->words);
    for (uint32_t at = from, end; at < to; at = end) {
        end = mcuai_word_end(&e->words, at);
        if (!put_word(e, at, end))
            return false;
    }
    return true;
}

/* Pieces that are found as a whole, and the texts between them. */
static bool put_parts(encoding *e, uint32_t begin) {
    const mcuai_tokenizer_tables *t = e->tables;
    const uint32_t count = e->words.count;
    uint32_t from = begin;
    for (uint32_t at = begin; t->whole_count > 0 && at < count;) {
        const int32_t token = mcuai_whole_token(t, e->text + at, count - at);
        if (token < 0) {
            at += mcuai_utf8_length(e->text[at]);
            continue;
        }
        if (!put_part(e, from, at, from == begin) || !put(&e->list, token))
            return false;
        from = at += mcuai_piece_at(t, (uint32_t)token).count;
    }
    return put_part(e, from, count, from == begin);
}

int32_t mcuai_encode(const mcuai_tokenizer *tokenizer, const void *text, uint32_t text_bytes,
                     int32_t *tokens, uint32_t most, void *scratch, uint32_t scratch_bytes) {
    const mcuai_tokenizer_tables *t = tokenizer->tables;
    if (text_bytes == 0)
        return 0;
    if ((!tokens && most > 0) || !scratch || (uintptr_t)scratch % 4 != 0 ||
        mcuai_encode_bytes(text, text_bytes) < 0)
        return MCUAI_ERROR_ARGUMENT;
    const bool pieces = t->kind != MCUAI_BYTE_PAIRS, before = t->flags & MCUAI_SPACE_BEFORE;
    const uint32_t count = before + normalise(text, text_bytes, pieces, NULL);
    const uint32_t used = copy_bytes(count);
    if (used > scratch_bytes)
        return MCUAI_ERROR_BUFFER;

    uint8_t *copy = scratch;
    encoding e = {t,           {copy, copy + count, count}, copy,
                  copy + used, scratch_bytes - used,        {tokens, 0, most}};
    normalise(text, text_bytes, pieces, copy + before);
    memset(e.words.begins, 0, (count + 7) / 8);
    return put_parts(&e, before) ? (int32_t)e.list.count : MCUAI_ERROR_BUFFER;
}
