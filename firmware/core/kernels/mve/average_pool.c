/* Average pooling of int8 images for Cortex-M55: sums of four channels at a time. Halves round away
 * from zero. */
#include <arm_mve.h>

#include "../portable/pool.h"
#include "../requantize.h"

enum { LANES = 4 };

static int32x4_t window_sum(const mcuai_pool_window *window, const mcuai_pool *args,
                            int32_t channel) {
    const mve_pred16_t active = vctp32q((uint32_t)(args->channels - channel));
    const int32_t pitch = args->channels;
    const int8_t *row = window->first + channel;
    int32x4_t sum = vdupq_n_s32(0);
    for (int32_t y = 0; y < window->height; y++, row += args->in_w * pitch) {
        const int8_t *pixel = row;
        for (int32_t x = window->width; x > 0; x--, pixel += pitch)
            sum = vaddq_s32(sum, vldrbq_z_s32(pixel, active));
    }
    return sum;
}

static void average_pixel(const mcuai_pool *args, const mcuai_pool_window *window, int8_t *output) {
    const int32_t inside = window->height * window->width;
    const int32_t count = args->count_padding ? args->kernel_h * args->kernel_w : inside;
    const int32_t padding = (count - inside) * args->zero_point;
    for (int32_t channel = 0; channel < args->channels; channel += LANES) {
        int32_t sums[LANES];
        vst1q_s32(sums, window_sum(window, args, channel));
        for (int32_t i = 0; i < LANES && channel + i < args->channels; i++)
            output[channel + i] = (int8_t)mcuai_clamp(mcuai_pool_quotient(padding + sums[i], count),
                                                      args->activation_min, args->activation_max);
    }
}

void mcuai_average_pool_s8(const mcuai_pool *args) {
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        for (int32_t ox = 0; ox < args->out_w; ox++, output += args->channels) {
            const mcuai_pool_window window = mcuai_pool_window_at(args, oy, ox);
            average_pixel(args, &window, output);
        }
    }
}
