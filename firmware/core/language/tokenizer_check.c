#include "tokenizer.h"
#include "utf8.h"
#include "word_cuts.h"

static bool table_ok(const mcuai_tokenizer_tables *t, uint32_t offset, uint32_t bytes) {
    return offset % 4 == 0 && offset >= MCUAI_TOKENIZER_HEADER_BYTES && offset <= t->bytes &&
           bytes <= t->bytes - offset;
}

static bool token_ok(const mcuai_tokenizer_tables *t, int32_t token, int32_t least) {
    return token >= least && token < (int32_t)t->count;
}

static bool header_ok(const mcuai_tokenizer_tables *t) {
    return t->count > 0 && t->count <= MCUAI_TOKENIZER_MOST_PIECES &&
           t->kind <= MCUAI_MERGED_PIECES && token_ok(t, t->begin, MCUAI_NO_TOKEN) &&
           token_ok(t, t->end, MCUAI_NO_TOKEN) && token_ok(t, t->unknown, 0) &&
           t->words <= MCUAI_WORDS_LAST && t->flags <= MCUAI_TOKENIZER_FLAGS;
}

static bool pieces_ok(const mcuai_tokenizer_tables *t) {
    if (!table_ok(t, t->offsets_at, 4 * (t->count + 1)) || !table_ok(t, t->pieces_at, 0) ||
        !table_ok(t, t->kinds_at, t->count))
        return false;
    const uint32_t *offset = mcuai_tokenizer_at(t, t->offsets_at);
    const uint8_t *kind = mcuai_tokenizer_at(t, t->kinds_at);
    for (uint32_t i = 0; i < t->count; i++)
        if (kind[i] > MCUAI_PIECE_WHOLE || offset[i] > offset[i + 1])
            return false;
    return offset[t->count] <= t->bytes - t->pieces_at;
}

/* Tokens of different pieces of these kinds, none of them empty, in ascending order of their bytes.
 */
static bool index_ok(const mcuai_tokenizer_tables *t, uint32_t at, uint32_t count, uint32_t kinds) {
    if (count > t->count || !table_ok(t, at, 4 * count))
        return false;
    const uint32_t *token = mcuai_tokenizer_at(t, at);
    const uint8_t *kind = mcuai_tokenizer_at(t, t->kinds_at);
    mcuai_piece last = {(const uint8_t *)t, 0};
    for (uint32_t i = 0; i < count; i++) {
        if (token[i] >= t->count || !(kinds & 1u << kind[token[i]]))
            return false;
        const mcuai_piece piece = mcuai_piece_at(t, token[i]);
        if (mcuai_piece_compare(last, piece) >= 0)
            return false;
        last = piece;
    }
    return true;
}

/* They are found in valid UTF-8, and what follows them has to begin with a character. */
static bool whole_ok(const mcuai_tokenizer_tables *t) {
    if (!index_ok(t, t->whole_at, t->whole_count,
                  1u << MCUAI_PIECE_WHOLE | 1u << MCUAI_PIECE_CONTROL))
        return false;
    const uint32_t *whole = mcuai_tokenizer_at(t, t->whole_at);
    for (uint32_t i = 0; i < t->whole_count; i++) {
        const mcuai_piece piece = mcuai_piece_at(t, whole[i]);
        for (uint32_t at = 0, length, broken; at < piece.count; at += length) {
            length = mcuai_utf8_check(piece.bytes + at, piece.count - at, &broken);
            if (length == 0)
                return false;
        }
    }
    return true;
}

static bool byte_tokens_ok(const mcuai_tokenizer_tables *t) {
    if (!table_ok(t, t->byte_tokens_at, 4 * 256))
        return false;
    const int32_t *token = mcuai_tokenizer_at(t, t->byte_tokens_at);
    for (uint32_t i = 0; i < 256; i++)
        if (!token_ok(t, token[i], MCUAI_NO_TOKEN))
            return false;
    return true;
}

static bool merges_ok(const mcuai_tokenizer_tables *t) {
    if (t->merge_count > 4u * MCUAI_TOKENIZER_MOST_PIECES ||
        !table_ok(t, t->merges_at, (uint32_t)sizeof(mcuai_merge) * t->merge_count))
        return false;
    const mcuai_merge *merge = mcuai_tokenizer_at(t, t->merges_at);
    for (uint32_t i = 0; i < t->merge_count; i++)
        if (merge[i].left >= t->count || merge[i].right >= t->count ||
            (i > 0 &&
             (merge[i].left < merge[i - 1].left ||
              (merge[i].left == merge[i - 1].left && merge[i].right <= merge[i - 1].right))))
            return false;
    return true;
}

/* Where the flag says that spaces lead, texts are cut before them. */
static bool spaces_ok(const mcuai_tokenizer_tables *t) {
    const uint32_t *index = mcuai_tokenizer_at(t, t->index_at);
    for (uint32_t i = 0; (t->flags & MCUAI_SPACES_LEAD) && i < t->index_count; i++) {
        const mcuai_piece piece = mcuai_piece_at(t, index[i]);
        for (uint32_t k = 1; k < piece.count; k++)
            if (piece.bytes[k] == ' ' && piece.bytes[k - 1] != ' ')
                return false;
    }
    return true;
}

static bool kind_ok(const mcuai_tokenizer_tables *t) {
    if (t->kind == MCUAI_SENTENCE_PIECE)
        return t->words == 0 && t->whole_count == 0 &&
               !(t->flags & ~(uint32_t)(MCUAI_SPACE_BEFORE | MCUAI_SPACES_LEAD)) &&
               table_ok(t, t->ranks_at, 4 * t->count) && spaces_ok(t);
    if (t->kind == MCUAI_BYTE_PAIRS)
        return !(t->flags & ~(uint32_t)MCUAI_KNOWN_WORDS) && merges_ok(t);
    /* The space behind a whole piece and that before the text come together. */
    const bool each = t->flags & MCUAI_SPACE_EACH, missing = t->flags & MCUAI_SPACE_IF_MISSING;
    return t->words == 0 && !(t->flags & MCUAI_KNOWN_WORDS) &&
           ((t->flags & MCUAI_SPACE_BEFORE) || (!each && !missing)) && spaces_ok(t) && merges_ok(t);
}

mcuai_status mcuai_tokenizer_check(const mcuai_tokenizer_tables *t, uint32_t bytes) {
    if (!t || (uintptr_t)t % 4 != 0)
        return MCUAI_ERROR_ARGUMENT;
    if (bytes < MCUAI_TOKENIZER_HEADER_BYTES || t->magic != UINT32_C(0x544B5354)) /* "TSKT" */
        return MCUAI_ERROR_TOKENIZER;
    if (t->version > MCUAI_TOKENIZER_VERSION)
        return MCUAI_ERROR_VERSION;
    if (t->bytes < MCUAI_TOKENIZER_HEADER_BYTES || t->bytes > bytes || !header_ok(t) ||
        !pieces_ok(t) || !index_ok(t, t->index_at, t->index_count, 1u << MCUAI_PIECE_TEXT) ||
        !whole_ok(t) || !byte_tokens_ok(t) || !kind_ok(t))
        return MCUAI_ERROR_TOKENIZER;
    return MCUAI_OK;
}
