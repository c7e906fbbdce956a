/* A function of its own, since every convolution of an image calls it. */
#include "window.h"

void mcuai_gather_window(const mcuai_conv *args, int32_t oy, int32_t ox, int8_t *patch) {
    int32_t y = oy * args->stride_h - args->pad_top;
    const int32_t x = ox * args->stride_w - args->pad_left;
    for (int32_t ky = 0; ky < args->kernel_h; ky++, y += args->dilation_h) {
        mcuai_gather_window_row(args, y, x, patch);
        patch += args->kernel_w * args->in_c;
    }
}
