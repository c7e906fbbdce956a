/* The tokenizer's record as it lies in the pack, 4-byte aligned and little-endian like every CPU
 * that the core runs on. */
#ifndef MCUAI_TOKENIZER_H
#define MCUAI_TOKENIZER_H

#include <mcuai/text.h>
#include <stdbool.h>

enum {
    MCUAI_TOKENIZER_VERSION = 1,
    MCUAI_TOKENIZER_HEADER_BYTES = 80,
    MCUAI_TOKENIZER_MOST_PIECES = 1 << 20,
    MCUAI_TEXT_MOST_BYTES = 65534, /* places are uint16, one more among them */
};

enum { MCUAI_SENTENCE_PIECE = 0, MCUAI_BYTE_PAIRS = 1, MCUAI_MERGED_PIECES = 2 };

enum {
    MCUAI_SPACE_BEFORE = 1,      /* a space is put before the text */
    MCUAI_SPACES_LEAD = 2,       /* no piece has a space behind another character */
    MCUAI_KNOWN_WORDS = 4,       /* a word that is a piece is not merged */
    MCUAI_SPACE_EACH = 8,        /* a space is put behind each whole piece */
    MCUAI_SPACE_IF_MISSING = 16, /* neither of both where there is one */
    MCUAI_TOKENIZER_FLAGS = 31,
};

enum { MCUAI_PIECE_TEXT = 0, MCUAI_PIECE_BYTE = 1, MCUAI_PIECE_CONTROL = 2, MCUAI_PIECE_WHOLE = 3 };

enum { MCUAI_NO_TOKEN = -1 };
#define MCUAI_NO_RANK UINT32_MAX

typedef struct mcuai_tokenizer_tables {
    uint32_t magic;
    uint16_t version, kind;
    uint32_t bytes, count;
    int32_t begin, end, unknown;
    uint16_t words, flags;
    uint32_t offsets_at, pieces_at, kinds_at;
    uint32_t index_at, index_count;
    uint32_t whole_at, whole_count;
    uint32_t byte_tokens_at, ranks_at;
    uint32_t merges_at, merge_count;
    uint32_t reserved;
} mcuai_tokenizer_tables;

typedef struct {
    uint32_t left, right, rank;
} mcuai_merge;

/* Refuses to compile where the structs are not laid out like the record. */
typedef char mcuai_tokenizer_fits[sizeof(mcuai_tokenizer_tables) == MCUAI_TOKENIZER_HEADER_BYTES &&
                                          sizeof(mcuai_merge) == 12
                                      ? 1
                                      : -1];

static inline const void *mcuai_tokenizer_at(const mcuai_tokenizer_tables *tables,
                                             uint32_t offset) {
    return (const uint8_t *)tables + offset;
}

typedef struct {
    const uint8_t *bytes;
    uint32_t count;
} mcuai_piece;

static inline mcuai_piece mcuai_piece_at(const mcuai_tokenizer_tables *tables, uint32_t token) {
    const uint32_t *offset = mcuai_tokenizer_at(tables, tables->offsets_at);
    const uint8_t *bytes = mcuai_tokenizer_at(tables, tables->pieces_at);
    return (mcuai_piece){bytes + offset[token], offset[token + 1] - offset[token]};
}

/* Negative, 0 or positive as a comes before b, is b, or comes after it; a beginning comes first. */
int mcuai_piece_compare(mcuai_piece a, mcuai_piece b);

/* The token of a piece of text; MCUAI_NO_TOKEN if it is not in the vocabulary. */
int32_t mcuai_piece_token(const mcuai_tokenizer_tables *tables, const uint8_t *bytes,
                          uint32_t count);

/* The token of the longest piece that is always taken as a whole and with which the text begins;
 * MCUAI_NO_TOKEN if there is none. */
int32_t mcuai_whole_token(const mcuai_tokenizer_tables *tables, const uint8_t *bytes,
                          uint32_t count);

/* Whether every setting is in its range and every table inside the record. */
mcuai_status mcuai_tokenizer_check(const mcuai_tokenizer_tables *tables, uint32_t bytes);

#endif
