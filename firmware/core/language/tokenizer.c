#include "tokenizer.h"

mcuai_status mcuai_tokenizer_open(mcuai_tokenizer *tokenizer, const void *record,
                                  uint32_t record_bytes) {
    if (!tokenizer)
        return MCUAI_ERROR_ARGUMENT;
    tokenizer->tables = record;
    return mcuai_tokenizer_check(tokenizer->tables, record_bytes);
}

int32_t mcuai_tokenizer_count(const mcuai_tokenizer *tokenizer) {
    return (int32_t)tokenizer->tables->count;
}

int32_t mcuai_tokenizer_begin(const mcuai_tokenizer *tokenizer) {
    return tokenizer->tables->begin;
}

int32_t mcuai_tokenizer_end(const mcuai_tokenizer *tokenizer) {
    return tokenizer->tables->end;
}

const uint8_t *mcuai_decode(const mcuai_tokenizer *tokenizer, int32_t token, int32_t before,
                            uint32_t *bytes) {
    const mcuai_tokenizer_tables *t = tokenizer->tables;
    const uint8_t *kind = mcuai_tokenizer_at(t, t->kinds_at);
    *bytes = 0;
    if (token < 0 || (uint32_t)token >= t->count || kind[token] == MCUAI_PIECE_CONTROL)
        return (const uint8_t *)t;
    const mcuai_piece piece = mcuai_piece_at(t, (uint32_t)token);
    const uint32_t added = (t->flags & MCUAI_SPACE_BEFORE) && before == t->begin &&
                           kind[token] == MCUAI_PIECE_TEXT && piece.count > 0 &&
                           piece.bytes[0] == ' ';
    *bytes = piece.count - added;
    return piece.bytes + added;
}

int mcuai_piece_compare(mcuai_piece a, mcuai_piece b) {
    for (uint32_t i = 0; i < a.count && i < b.count; i++)
        if (a.bytes[i] != b.bytes[i])
            return (int)a.bytes[i] - (int)b.bytes[i];
    return (a.count > b.count) - (a.count < b.count);
}

int32_t mcuai_piece_token(const mcuai_tokenizer_tables *t, const uint8_t *bytes, uint32_t count) {
    const uint32_t *index = mcuai_tokenizer_at(t, t->index_at);
    const mcuai_piece sought = {bytes, count};
    uint32_t low = 0, high = t->index_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const int order = mcuai_piece_compare(sought, mcuai_piece_at(t, index[middle]));
        if (order == 0)
            return (int32_t)index[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return MCUAI_NO_TOKEN;
}

/* The first of the whole pieces low..high whose byte at this place is `least` or greater. They are
 * all longer than `place`. */
static uint32_t first_from(const mcuai_tokenizer_tables *t, uint32_t low, uint32_t high,
                           uint32_t place, uint32_t least) {
    const uint32_t *whole = mcuai_tokenizer_at(t, t->whole_at);
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (mcuai_piece_at(t, whole[middle]).bytes[place] < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Narrows the sorted pieces down to those that begin with ever more bytes of the text. */
int32_t mcuai_whole_token(const mcuai_tokenizer_tables *t, const uint8_t *bytes, uint32_t count) {
    const uint32_t *whole = mcuai_tokenizer_at(t, t->whole_at);
    uint32_t low = 0, high = t->whole_count;
    int32_t longest = MCUAI_NO_TOKEN;
    for (uint32_t place = 0; place < count; place++) {
        low = first_from(t, low, high, place, bytes[place]);
        high = first_from(t, low, high, place, bytes[place] + UINT32_C(1));
        if (low == high)
            break;
        if (mcuai_piece_at(t, whole[low]).count == place + 1)
            longest = (int32_t)whole[low++]; /* sorted: the shortest is the first */
    }
    return longest;
}
