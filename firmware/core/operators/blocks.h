/* Blocks of elements that move from one place to another: slices, paddings, transposes. */
#ifndef MCUAI_BLOCKS_H
#define MCUAI_BLOCKS_H

#include "elements.h"

/* dims elements of `width` (1, 2 or 4) bytes; strides are in bytes and may be negative or, along a
 * dim of 1, anything that fits. */
typedef struct {
    const uint8_t *from;
    uint8_t *to;
    int32_t dims[MCUAI_MAX_RANK];
    int32_t from_strides[MCUAI_MAX_RANK], to_strides[MCUAI_MAX_RANK];
    int32_t width;
} mcuai_block;

void mcuai_move_block(const mcuai_block *block);

#endif
