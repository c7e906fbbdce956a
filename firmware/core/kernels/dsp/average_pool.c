/* Average pooling of int8 images for Armv7E-M: four channels at a time, as two sums in the halves of a word. Halves
 * round away from zero. */
#include "../portable/pool.h"
#include "../requantize.h"
#include "intrinsics.h"

enum { LANES = 4, MOST_IN_HALF = 255 }; /* 255 * 128 fits in 16 bits */

/* Channels 0 and 2, and 1 and 3, of the pixels added so far. */
typedef struct {
    uint32_t even, odd;
} halves;

static void drain(halves *h, int32_t sums[LANES]) {
    sums[0] += (int16_t)h->even;
    sums[1] += (int16_t)h->odd;
    sums[2] += (int32_t)h->even >> 16;
    sums[3] += (int32_t)h->odd >> 16;
    h->even = h->odd = 0;
}

/* A carry out of the low half cannot occur: SXTAB16 adds each half by itself. */
static void window_sums(const mcuai_pool_window *window, const mcuai_pool *args, int32_t channel,
                        int32_t sums[LANES]) {
    const int32_t pitch = args->channels;
    const int8_t *row = window->first + channel;
    halves h = {0, 0};
    int32_t room = MOST_IN_HALF;
    for (int32_t y = 0; y < window->height; y++, row += args->in_w * pitch) {
        const int8_t *pixel = row;
        for (int32_t left = window->width; left > 0;) {
            const int32_t run = left < room ? left : room;
            for (int32_t x = run; x > 0; x--, pixel += pitch) {
                const uint32_t word = mcuai_load4(pixel);
                h.even = mcuai_sxtab16(h.even, word);
                h.odd = mcuai_sxtab16(h.odd, word >> 8);
            }
            left -= run;
            room -= run;
            if (room == 0) {
                drain(&h, sums);
                room = MOST_IN_HALF;
            }
        }
    }
    drain(&h, sums);
}

static int32_t channel_sum(const mcuai_pool_window *window, const mcuai_pool *args,
                           int32_t channel) {
    const int8_t *row = window->first + channel;
    int32_t sum = 0;
    for (int32_t y = 0; y < window->height; y++, row += args->in_w * args->channels)
        for (int32_t x = 0; x < window->width; x++)
            sum += row[x * args->channels];
    return sum;
}

static void average_pixel(const mcuai_pool *args, const mcuai_pool_window *window, int8_t *output) {
    const int32_t inside = window->height * window->width; /* pixels */
    const int32_t count = args->count_padding ? args->kernel_h * args->kernel_w : inside;
    const int32_t padding = (count - inside) * args->zero_point;
    for (int32_t channel = 0; channel < args->channels;) {
        int32_t sums[LANES] = {padding, padding, padding, padding};
        int32_t lanes = LANES;
        if (channel + LANES <= args->channels) {
            window_sums(window, args, channel, sums);
        } else {
            sums[0] += channel_sum(window, args, channel);
            lanes = 1;
        }
        for (int32_t i = 0; i < lanes; i++)
            output[channel++] = (int8_t)mcuai_clamp(mcuai_pool_quotient(sums[i], count),
                                                    args->activation_min, args->activation_max);
    }
}

void mcuai_average_pool_s8(const mcuai_pool *args) {
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++)
        for (int32_t ox = 0; ox < args->out_w; ox++, output += args->channels) {
            mcuai_pool_window window = mcuai_pool_window_at(args, oy, ox);
            if (window.width == args->in_w) { /* whole rows are one run of pixels */
                window.width *= window.height;
                window.height = 1;
            }
            average_pixel(args, &window, output);
        }
}
