/* Maximum pooling of int8 images; padding never wins. */
#include "../requantize.h"
#include "pool.h"

static int32_t window_maximum(const mcuai_pool_window *window, int32_t channel, int32_t pixel_pitch,
                              int32_t row_pitch) {
    int32_t maximum = -128;
    const int8_t *row = window->first + channel;
    for (int32_t y = 0; y < window->height; y++, row += row_pitch) {
        const int8_t *pixel = row;
        for (int32_t x = 0; x < window->width; x++, pixel += pixel_pitch) {
            maximum = *pixel > maximum ? *pixel : maximum;
        }
    }
    return maximum;
}

void mcuai_max_pool_s8(const mcuai_pool *args) {
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        for (int32_t ox = 0; ox < args->out_w; ox++) {
            const mcuai_pool_window window = mcuai_pool_window_at(args, oy, ox);
            for (int32_t channel = 0; channel < args->channels; channel++) {
                const int32_t maximum =
                    window_maximum(&window, channel, args->channels, args->in_w * args->channels);
                *output++ =
                    (int8_t)mcuai_clamp(maximum, args->activation_min, args->activation_max);
            }
        }
    }
}
