/* Average pooling of int8 images; halves round away from zero. */
#include "../requantize.h"
#include "pool.h"

static int32_t window_sum(const mcuai_pool_window *window, int32_t channel, int32_t pixel_pitch,
                          int32_t row_pitch) {
    int32_t sum = 0;
    const int8_t *row = window->first + channel;
    for (int32_t y = 0; y < window->height; y++, row += row_pitch) {
        const int8_t *pixel = row;
        for (int32_t x = 0; x < window->width; x++, pixel += pixel_pitch) {
            sum += *pixel;
        }
    }
    return sum;
}

void mcuai_average_pool_s8(const mcuai_pool *args) {
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        for (int32_t ox = 0; ox < args->out_w; ox++) {
            const mcuai_pool_window window = mcuai_pool_window_at(args, oy, ox);
            const int32_t inside = window.height * window.width;
            const int32_t whole = args->kernel_h * args->kernel_w;
            const int32_t count = args->count_padding ? whole : inside;
            const int32_t padding = (count - inside) * args->zero_point;
            for (int32_t channel = 0; channel < args->channels; channel++) {
                const int32_t sum = padding + window_sum(&window, channel, args->channels,
                                                         args->in_w * args->channels);
                *output++ = (int8_t)mcuai_clamp(mcuai_pool_quotient(sum, count), args->activation_min,
                                                args->activation_max);
            }
        }
    }
}
