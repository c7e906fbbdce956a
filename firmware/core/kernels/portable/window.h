/* Windows of a convolution over an NHWC image. */
#ifndef MCUAI_KERNELS_PORTABLE_WINDOW_H
#define MCUAI_KERNELS_PORTABLE_WINDOW_H

#include <string.h>

#include "../kernels.h"

static inline int32_t mcuai_between(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : x;
}

/* Runs are often 3 to 9 bytes, for which a call costs more than the copy. */
static inline void mcuai_copy_run(int8_t *to, const int8_t *from, int32_t count) {
    if (count >= 16) {
        memcpy(to, from, (size_t)count);
        return;
    }
    for (; count >= 4; count -= 4, to += 4, from += 4) {
        const int8_t a = from[0], b = from[1], c = from[2], d = from[3];
        to[0] = a;
        to[1] = b;
        to[2] = c;
        to[3] = d;
    }
    for (; count > 0; count--) {
        *to++ = *from++;
    }
}

/* One row of the window with its corner at (y, x): kernel_w * in_c bytes. Taps outside the image
 * are the zero point. */
static inline void mcuai_gather_window_row(const mcuai_conv *args, int32_t y, int32_t x,
                                           int8_t *patch) {
    const int32_t channels = args->in_c;
    const int32_t width = y >= 0 && y < args->in_h ? args->in_w : 0;
    const int8_t *row = args->input + (width > 0 ? y * width * channels : 0);
    /* Taps side by side are copied in one run. */
    const int32_t run = args->dilation_w == 1 ? args->kernel_w : 1;
    for (int32_t kx = 0; kx < args->kernel_w; kx += run, x += run * args->dilation_w) {
        const int32_t first = mcuai_between(x, 0, width);
        const int32_t inside = mcuai_between(x + run, first, width) - first;
        if (inside < run) {
            memset(patch, args->input_zero_point, (size_t)(run * channels));
        }
        if (inside > 0) {
            mcuai_copy_run(patch + (first - x) * channels, row + first * channels,
                           inside * channels);
        }
        patch += run * channels;
    }
}

/* All that output pixel (oy, ox) reads, in the order of a row of weights. */
void mcuai_gather_window(const mcuai_conv *args, int32_t oy, int32_t ox, int8_t *patch);

#endif
