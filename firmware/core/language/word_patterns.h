/* The sets of patterns as data. A set is some steps; each cuts the words that those before it have
 * left, into the matches of its patterns and what is between them. Of the patterns of a step the
 * first that matches counts. */
#ifndef MCUAI_WORD_PATTERNS_H
#define MCUAI_WORD_PATTERNS_H

#include <stdint.h>

/* What a character is: one of the first ten, and perhaps some of the others. */
enum {
    OTHER = 1,
    CASED = 2,
    UNCASED = 4,
    MARK = 8,
    NUMBER = 16,
    PUNCTUATION = 32,
    SYMBOL = 64,
    BLANK = 128,    /* U+0020 */
    LINE_END = 256, /* \r, \n */
    SPACING = 512,  /* what else is \s */
    ASCII_SIGN = 1 << 10,
    ASCII_LETTER = 1 << 11,
    SIGN = 1 << 12,    /* of deepseek-llm */
    CHINESE = 1 << 13, /* of deepseek-llm and deepseek-coder, which take more with it */
    KANJI = 1 << 14,   /* of deepseek-v3: Chinese characters and kana */

    LETTER = CASED | UNCASED,
    SPACE = BLANK | LINE_END | SPACING,
    NO_WORD = OTHER | MARK | PUNCTUATION | SYMBOL, /* neither letter nor number nor space */
};

typedef enum {
    RUN,             /* perhaps a `lead`, then one to `most` of `body`, then any of `tail` */
    LED_RUN,         /* the same, the lead not missing */
    CONTRACTION,     /* 's 't 're 've 'm 'll 'd */
    ANY_CONTRACTION, /* in capitals too */
    LINES,           /* \s*[\r\n]+ */
    SPACES_BEFORE,   /* \s+(?!\S): all spaces, but the last one if something follows */
    LAST_SPACES,     /* \s+$ */
} mcuai_pattern_form;

typedef struct {
    mcuai_pattern_form form;
    uint16_t lead, body, most, tail;
} mcuai_pattern;

enum { ANY_NUMBER = 0xFFFF, MOST_PATTERNS = 7, MOST_STEPS = 6 };

/* Patterns up to the first that has form RUN and no body. */
typedef struct {
    mcuai_pattern patterns[MOST_PATTERNS + 1];
} mcuai_cutting_step;

#define SPACE_PATTERNS                                                                             \
    {SPACES_BEFORE, 0, 0, 0, 0}, {                                                                 \
        RUN, 0, SPACE, ANY_NUMBER, 0                                                               \
    }
#define LINE_PATTERNS {LINES, 0, 0, 0, 0}, SPACE_PATTERNS

#define GPT2_PATTERNS                                                                              \
    {CONTRACTION, 0, 0, 0, 0}, {RUN, BLANK, LETTER, ANY_NUMBER, 0},                                \
        {RUN, BLANK, NUMBER, ANY_NUMBER, 0}, {RUN, BLANK, NO_WORD, ANY_NUMBER, 0}, SPACE_PATTERNS

/* llama3 and qwen2, which take other numbers of digits. */
#define LLAMA3_PATTERNS(digits)                                                                    \
    {ANY_CONTRACTION, 0, 0, 0, 0}, {RUN, NO_WORD | BLANK | SPACING, LETTER, ANY_NUMBER, 0},        \
        {RUN, 0, NUMBER, digits, 0}, {RUN, BLANK, NO_WORD, ANY_NUMBER, LINE_END}, LINE_PATTERNS

static const mcuai_cutting_step gpt2[] = {{{GPT2_PATTERNS}}};

static const mcuai_cutting_step smollm[] = {{{{RUN, 0, NUMBER, 1, 0}}}, {{GPT2_PATTERNS}}};

static const mcuai_cutting_step llama3[] = {{{LLAMA3_PATTERNS(3)}}};

static const mcuai_cutting_step qwen2[] = {{{LLAMA3_PATTERNS(1)}}};

static const mcuai_cutting_step deepseek_llm[] = {
    {{{RUN, 0, LINE_END, 1, 0}}},          {{{RUN, SPACE, CASED, ANY_NUMBER, 0}}},
    {{{RUN, SPACE, SIGN, ANY_NUMBER, 0}}}, {{{LAST_SPACES, 0, 0, 0, 0}}},
    {{{RUN, 0, CHINESE, ANY_NUMBER, 0}}},  {{{RUN, 0, NUMBER, 1, 0}}},
};

static const mcuai_cutting_step deepseek_coder[] = {
    {{{RUN, 0, LINE_END, 1, 0}}},
    {{{RUN, SPACE, LETTER, ANY_NUMBER, 0}}},
    {{{RUN, SPACE, PUNCTUATION, ANY_NUMBER, 0}}},
    {{{RUN, 0, CHINESE, ANY_NUMBER, 0}}},
    {{{RUN, 0, NUMBER, 1, 0}}},
};

static const mcuai_cutting_step deepseek_v3[] = {
    {{{RUN, 0, NUMBER, 3, 0}}},
    {{{RUN, 0, KANJI, ANY_NUMBER, 0}}},
    {{{LED_RUN, ASCII_SIGN, ASCII_LETTER, ANY_NUMBER, 0},
      {RUN, OTHER | MARK | NUMBER | BLANK | SPACING, LETTER | MARK, ANY_NUMBER, 0},
      {RUN, BLANK, PUNCTUATION | SYMBOL, ANY_NUMBER, LINE_END},
      LINE_PATTERNS}},
};

typedef struct {
    const mcuai_cutting_step *steps;
    uint32_t count;
} mcuai_pattern_set;

#define PATTERN_SET(steps)                                                                         \
    { steps, sizeof(steps) / sizeof(steps)[0] }

/* By the numbers of word_cuts.h. */
static const mcuai_pattern_set pattern_sets[] = {
    {0, 0},
    PATTERN_SET(gpt2),
    PATTERN_SET(llama3),
    PATTERN_SET(qwen2),
    PATTERN_SET(deepseek_llm),
    PATTERN_SET(deepseek_coder),
    PATTERN_SET(deepseek_v3),
    PATTERN_SET(smollm),
};

#endif
