#include "word_cuts.h"

#include "categories.h"
#include "utf8.h"
#include "word_patterns.h"

static bool between(uint32_t value, uint32_t least, uint32_t most) {
    return least <= value && value <= most;
}

static uint32_t ascii_traits(uint32_t c) {
    const bool letter = between(c | 32, 'a', 'z');
    const uint32_t sign = between(c, '!', '/') || between(c, ':', '~') ? SIGN : 0;
    if (letter)
        return ASCII_LETTER | sign;
    return between(c, '!', '~') && !between(c, '0', '9') ? ASCII_SIGN | sign : 0;
}

/* Ranges that single models name by their ends. */
static uint32_t wide_traits(uint32_t c) {
    uint32_t traits = 0;
    if (between(c, 0xFF01, 0xFF0F) || between(c, 0xFF1A, 0xFF5E) || between(c, 0x2018, 0x201F) ||
        between(c, 0x3000, 0x3002))
        traits |= SIGN;
    if (between(c, 0x0800, 0x9FA5) || between(c, 0xAC00, 0xD7FF))
        traits |= CHINESE;
    if (between(c, 0x4E00, 0x9FA5) || between(c, 0x3040, 0x30FF))
        traits |= KANJI;
    return traits;
}

static uint32_t traits_of(uint32_t c) {
    static const uint8_t classes[] = {OTHER, CASED, UNCASED, MARK, NUMBER, PUNCTUATION, SYMBOL};
    if (c == ' ')
        return BLANK;
    if (c == '\r' || c == '\n')
        return LINE_END;
    const mcuai_category category = mcuai_category_of(c);
    const uint32_t kind =
        category == MCUAI_CATEGORY_SEPARATOR || between(c, '\t', '\f') || c == 0x85
            ? SPACING
            : classes[category];
    return kind | (c < 0x80 ? ascii_traits(c) : wide_traits(c));
}

typedef struct {
    const uint8_t *text;
    uint32_t end;
} span;

/* Whether the character at `at` is one of these. */
static bool is(span s, uint32_t at, uint32_t traits) {
    return at < s.end && (traits_of(mcuai_utf8_read(s.text + at)) & traits) != 0;
}

static uint32_t after(span s, uint32_t at) {
    return at + mcuai_utf8_length(s.text[at]);
}

static uint32_t skip(span s, uint32_t at, uint32_t traits, uint32_t most) {
    for (; most > 0 && is(s, at, traits); most--)
        at = after(s, at);
    return at;
}

static uint32_t match_run(span s, uint32_t at, const mcuai_pattern *p) {
    uint32_t body = at;
    if (is(s, at, p->lead) && is(s, after(s, at), p->body))
        body = after(s, at);
    else if (p->form == LED_RUN || !is(s, at, p->body))
        return at;
    /* `most` is what stands for any number: no text is as long. */
    return skip(s, skip(s, body, p->body, p->most), p->tail, ANY_NUMBER);
}

static uint32_t match_contraction(span s, uint32_t at, bool any_case) {
    static const char endings[7][2] = {"s", "t", {'r', 'e'}, {'v', 'e'}, "m", {'l', 'l'}, "d"};
    if (s.text[at] != '\'')
        return at;
    for (uint32_t i = 0; i < 7; i++) {
        const uint32_t length = endings[i][1] ? 2 : 1;
        uint32_t same = 0;
        while (same < length && at + 1 + same < s.end) {
            const uint8_t c = s.text[at + 1 + same], lower = c >= 'A' && c <= 'Z' ? c | 32 : c;
            if ((any_case ? lower : c) != (uint8_t)endings[i][same])
                break;
            same++;
        }
        if (same == length)
            return at + 1 + length;
    }
    return at;
}

static uint32_t match_lines(span s, uint32_t at) {
    uint32_t end = at;
    for (uint32_t i = at; is(s, i, SPACE); i = after(s, i))
        if (is(s, i, LINE_END))
            end = i + 1;
    return end;
}

static uint32_t match_spaces_before(span s, uint32_t at) {
    uint32_t end = at, last = at;
    for (; is(s, end, SPACE); end = after(s, end))
        last = end;
    return end == s.end ? end : last;
}

static uint32_t match_last_spaces(span s, uint32_t at) {
    const uint32_t end = skip(s, at, SPACE, ANY_NUMBER);
    return end == s.end ? end : at;
}

/* Where a match that begins at `at` ends; `at` if there is none. */
static uint32_t match(span s, uint32_t at, const mcuai_pattern *p) {
    switch (p->form) {
    case CONTRACTION:
    case ANY_CONTRACTION:
        return match_contraction(s, at, p->form == ANY_CONTRACTION);
    case LINES:
        return match_lines(s, at);
    case SPACES_BEFORE:
        return match_spaces_before(s, at);
    case LAST_SPACES:
        return match_last_spaces(s, at);
    default:
        return match_run(s, at, p);
    }
}

static uint32_t first_match(span s, uint32_t at, const mcuai_cutting_step *step) {
    uint32_t end = at;
    for (const mcuai_pattern *p = step->patterns; end == at && (p->form != RUN || p->body); p++)
        end = match(s, at, p);
    return end;
}

static void cut(const mcuai_words *words, uint32_t from, uint32_t to,
                const mcuai_cutting_step *step) {
    const span s = {words->text, to};
    while (from < to) {
        const uint32_t end = first_match(s, from, step);
        if (end > from) {
            mcuai_begin_word(words, from);
            mcuai_begin_word(words, end);
            from = end;
        } else {
            from = after(s, from);
        }
    }
}

void mcuai_cut_words(const mcuai_words *words, uint32_t from, uint32_t to, uint32_t set) {
    for (uint32_t i = 0; i < pattern_sets[set].count; i++)
        for (uint32_t at = from, end; at < to; at = end) {
            end = mcuai_word_end(words, at);
            cut(words, at, end, pattern_sets[set].steps + i);
        }
}
