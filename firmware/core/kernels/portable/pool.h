/* The part of a pooling window that lies in the image. */
#ifndef MCUAI_KERNELS_PORTABLE_POOL_H
#define MCUAI_KERNELS_PORTABLE_POOL_H

#include "../kernels.h"

typedef struct {
    const int8_t *first; /* channel 0 of the first pixel inside */
    int32_t height, width;
} mcuai_pool_window;

/* [*first, *first + count) of `size` that a window of `kernel` at `start` covers; returns the
 * count. */
static inline int32_t mcuai_pool_clip(int32_t start, int32_t kernel, int32_t size, int32_t *first) {
    const int32_t low = start > 0 ? start : 0;
    const int32_t high = start + kernel < size ? start + kernel : size;
    *first = low;
    return high > low ? high - low : 0;
}

static inline mcuai_pool_window mcuai_pool_window_at(const mcuai_pool *args, int32_t oy,
                                                     int32_t ox) {
    int32_t y, x;
    mcuai_pool_window window;
    window.height =
        mcuai_pool_clip(oy * args->stride_h - args->pad_top, args->kernel_h, args->in_h, &y);
    window.width =
        mcuai_pool_clip(ox * args->stride_w - args->pad_left, args->kernel_w, args->in_w, &x);
    const int empty = window.height == 0 || window.width == 0;
    window.first = args->input + (empty ? 0 : (y * args->in_w + x) * args->channels);
    return window;
}

/* sum / count, halves away from zero. */
static inline int32_t mcuai_pool_quotient(int32_t sum, int32_t count) {
    return count == 0 ? 0 : (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

#endif
