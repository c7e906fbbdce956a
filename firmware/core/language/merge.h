/* Byte-pair encoding (Sennrich et al., 2016) of one word: of all pairs of neighbours, the one that
 * the vocabulary ranks first becomes one symbol, until none is in it; of equals, the left one. */
#ifndef MCUAI_MERGE_H
#define MCUAI_MERGE_H

#include "tokenizer.h"

/* A symbol is named by its place: that of its first byte. A tournament among the places has the
 * pair that is merged next at its root, so that n bytes take O(n log n) steps, and no memory but
 * these lists. */
typedef struct {
    const mcuai_tokenizer_tables *tables;
    const uint8_t *text; /* [count], the word */
    uint32_t count;
    int32_t *token; /* [count]: of a symbol; MCUAI_NO_TOKEN */
    uint32_t
        *rank; /* [count]: of a symbol with the next one; MCUAI_NO_RANK where they are not merged */
    uint16_t *next;     /* [count]: place of the next symbol; count for the last one */
    uint16_t *previous; /* [count] */
    uint16_t *winner;   /* [count]: from 1 on, place of the best pair below each node */
} mcuai_merging;

enum { MCUAI_MERGING_BYTES = 14 }; /* for each byte of the word */

/* Lays the lists into 4-byte aligned memory of MCUAI_MERGING_BYTES * count, and merges. */
void mcuai_merge_word(mcuai_merging *m, void *memory);

#endif
