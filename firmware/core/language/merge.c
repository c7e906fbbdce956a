#include "merge.h"

#include "utf8.h"

enum { NONE = 0xFFFF };

static uint32_t merge_rank(const mcuai_tokenizer_tables *t, uint32_t left, uint32_t right) {
    const mcuai_merge *merge = mcuai_tokenizer_at(t, t->merges_at);
    uint32_t low = 0, high = t->merge_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const mcuai_merge *m = merge + middle;
        if (m->left == left && m->right == right)
            return m->rank;
        if (m->left < left || (m->left == left && m->right < right))
            low = middle + 1;
        else
            high = middle;
    }
    return MCUAI_NO_RANK;
}

static uint32_t pair_rank(const mcuai_merging *m, uint32_t left, uint32_t right) {
    const mcuai_tokenizer_tables *t = m->tables;
    if (right >= m->count)
        return MCUAI_NO_RANK;
    if (t->kind != MCUAI_SENTENCE_PIECE)
        return m->token[left] < 0 || m->token[right] < 0
                   ? MCUAI_NO_RANK
                   : merge_rank(t, (uint32_t)m->token[left], (uint32_t)m->token[right]);
    const uint32_t *ranks = mcuai_tokenizer_at(t, t->ranks_at);
    const int32_t token = mcuai_piece_token(t, m->text + left, m->next[right] - left);
    return token < 0 ? MCUAI_NO_RANK : ranks[token];
}

/* Leaves of the tournament are nodes count..2 count - 1. */
static uint32_t winner_at(const mcuai_merging *m, uint32_t node) {
    return node >= m->count ? node - m->count : m->winner[node];
}

static void play(mcuai_merging *m, uint32_t node) {
    const uint32_t a = winner_at(m, 2 * node), b = winner_at(m, 2 * node + 1);
    const bool first = m->rank[a] < m->rank[b] || (m->rank[a] == m->rank[b] && a < b);
    m->winner[node] = (uint16_t)(first ? a : b);
}

static void set_rank(mcuai_merging *m, uint32_t place, uint32_t rank) {
    if (m->rank[place] == rank)
        return;
    m->rank[place] = rank;
    for (uint32_t node = (place + m->count) / 2; node > 0; node /= 2)
        play(m, node);
}

static void lay_lists(mcuai_merging *m, void *memory) {
    m->token = memory;
    m->rank = (uint32_t *)(m->token + m->count);
    m->next = (uint16_t *)(m->rank + m->count);
    m->previous = m->next + m->count;
    m->winner = m->previous + m->count;
}

/* Symbols are characters, or bytes. */
static void begin(mcuai_merging *m) {
    const mcuai_tokenizer_tables *t = m->tables;
    const int32_t *byte_tokens = mcuai_tokenizer_at(t, t->byte_tokens_at);
    const bool bytes = t->kind == MCUAI_BYTE_PAIRS;
    uint32_t before = NONE;
    for (uint32_t at = 0, step; at < m->count; before = at, at += step) {
        step = bytes ? 1 : mcuai_utf8_length(m->text[at]);
        m->token[at] = bytes ? byte_tokens[m->text[at]] : mcuai_piece_token(t, m->text + at, step);
        m->next[at] = (uint16_t)(at + step);
        m->previous[at] = (uint16_t)before;
        for (uint32_t i = 0; i < step; i++)
            m->rank[at + i] = MCUAI_NO_RANK;
    }
    for (uint32_t at = 0; at < m->count; at = m->next[at])
        m->rank[at] = pair_rank(m, at, m->next[at]);
    for (uint32_t node = m->count - 1; node > 0; node--)
        play(m, node);
}

void mcuai_merge_word(mcuai_merging *m, void *memory) {
    lay_lists(m, memory);
    begin(m);
    for (;;) {
        const uint32_t left = winner_at(m, 1);
        if (m->rank[left] == MCUAI_NO_RANK)
            return;
        const uint32_t right = m->next[left], after = m->next[right];
        m->token[left] = mcuai_piece_token(m->tables, m->text + left, after - left);
        m->next[left] = (uint16_t)after;
        if (after < m->count)
            m->previous[after] = (uint16_t)left;
        set_rank(m, right, MCUAI_NO_RANK);
        set_rank(m, left, pair_rank(m, left, after));
        if (m->previous[left] != NONE)
            set_rank(m, m->previous[left], pair_rank(m, m->previous[left], left));
    }
}
