/* Convolution, rows layout: each pixel's window is gathered in scratch, then multiplied by the
 * rows. The window is complete before the pixel is written, so that an output may overlap the
 * input. */
#include "window.h"

void mcuai_conv2d_rows(const mcuai_conv *args) {
    int8_t *patch = args->scratch;
    mcuai_dense pixel = {
        .rows = args->out_c,
        .depth = args->kernel_h * args->kernel_w * args->in_c,
        .bits = args->bits,
        .output_zero_point = args->output_zero_point,
        .activation_min = args->activation_min,
        .activation_max = args->activation_max,
        .weights = args->weights,
        .input = patch,
        .output = args->output,
        .loops = args->loops,
    };
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        for (int32_t ox = 0; ox < args->out_w; ox++) {
            mcuai_gather_window(args, oy, ox, patch);
            mcuai_dense_rows(&pixel);
            pixel.output += args->out_c;
        }
    }
}

uint32_t mcuai_conv2d_rows_scratch(const mcuai_conv *args) {
    return (uint32_t)(args->kernel_h * args->kernel_w * args->in_c);
}
