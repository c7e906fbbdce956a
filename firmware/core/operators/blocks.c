#include "blocks.h"

#include <string.h>

static void move_row(const mcuai_block *block, const uint8_t *from, uint8_t *to) {
    const int32_t count = block->dims[3], width = block->width;
    const int32_t from_step = block->from_strides[3], to_step = block->to_strides[3];
    if (from_step == width && to_step == width) {
        memmove(to, from, (size_t)count * (size_t)width);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        const uint8_t *source = from + i * from_step;
        uint8_t *target = to + i * to_step;
        for (int32_t k = 0; k < width; k++)
            target[k] = source[k];
    }
}

void mcuai_move_block(const mcuai_block *block) {
    const int32_t *dims = block->dims, *f = block->from_strides, *t = block->to_strides;
    for (int32_t n = 0; n < dims[0]; n++)
        for (int32_t h = 0; h < dims[1]; h++)
            for (int32_t w = 0; w < dims[2]; w++)
                move_row(block, block->from + n * f[0] + h * f[1] + w * f[2],
                         block->to + n * t[0] + h * t[1] + w * t[2]);
}
