/* Depthwise convolution, rows layout: channel by channel, straight from the image. */
#include "rows.h"

/* One dimension of a window: its taps that lie inside the image, [first, last), and the image's
 * pixel at tap 0. */
typedef struct {
    int32_t first, last, origin;
} span;

static span clip(int32_t origin, int32_t dilation, int32_t kernel, int32_t size) {
    span taps = {0, kernel, origin};
    while (taps.first < kernel && origin + taps.first * dilation < 0) {
        taps.first++;
    }
    while (taps.last > taps.first && origin + (taps.last - 1) * dilation >= size) {
        taps.last--;
    }
    return taps;
}

/* One row of weights, and the input channel that it reads. */
typedef struct {
    const mcuai_conv *args;
    const int8_t *input; /* the channel in the image's first pixel */
    const uint8_t *weights;
    int32_t tap_step, line_step; /* bytes of input between taps */
} channel_rows;

/* Taps of a window that lie inside the image: `lines` by `taps` from weight k on, the first of them
 * at x. */
typedef struct {
    uint32_t k;
    int32_t lines, taps;
    const int8_t *x;
} channel_window;

/* Sums of weight times (input - zero point): taps outside the image add nothing. */
static uint32_t sum_int8(const channel_rows *channel, const channel_window *window) {
    const mcuai_conv *args = channel->args;
    const int32_t zero_point = args->input_zero_point;
    const int8_t *line = window->x;
    const int8_t *weights = (const int8_t *)channel->weights + window->k;
    uint32_t sum = 0;
    for (int32_t left = window->lines; left > 0; left--) {
        const int8_t *x = line;
        for (const int8_t *w = weights; w != weights + window->taps; w++, x += channel->tap_step) {
            sum += (uint32_t)(*w * (*x - zero_point));
        }
        line += channel->line_step;
        weights += args->kernel_w;
    }
    return sum;
}

static uint32_t sum_packed(const channel_rows *channel, const channel_window *window) {
    const mcuai_conv *args = channel->args;
    const uint32_t bits = (uint32_t)args->bits;
    const int8_t *line = window->x;
    uint32_t first = window->k;
    uint32_t sum = 0;
    for (int32_t left = window->lines; left > 0; left--) {
        const int8_t *x = line;
        for (uint32_t k = first; k != first + (uint32_t)window->taps; k++, x += channel->tap_step) {
            const int32_t weight = mcuai_packed_weight(channel->weights, k, bits);
            sum += (uint32_t)(weight * (*x - args->input_zero_point));
        }
        line += channel->line_step;
        first += (uint32_t)args->kernel_w;
    }
    return sum;
}

static uint32_t window_sum(const channel_rows *channel, const span *rows, const span *columns) {
    const mcuai_conv *args = channel->args;
    const int32_t taps = columns->last - columns->first;
    const int32_t lines = rows->last - rows->first;
    if (taps == 0 || lines == 0) {
        return 0;
    }
    const int32_t y = rows->origin + rows->first * args->dilation_h;
    const int32_t x = columns->origin + columns->first * args->dilation_w;
    const channel_window window = {(uint32_t)(rows->first * args->kernel_w + columns->first), lines,
                                   taps, channel->input + (y * args->in_w + x) * args->in_c};
    return args->bits == 8 ? sum_int8(channel, &window) : sum_packed(channel, &window);
}

/* What a window of zero points would give. */
static uint32_t start_sum(const channel_rows *channel, int32_t bias, uint32_t depth) {
    uint32_t sum = 0;
    for (uint32_t k = 0; k < depth; k++) {
        sum += (uint32_t)mcuai_packed_weight(channel->weights, k, (uint32_t)channel->args->bits);
    }
    return (uint32_t)bias + sum * (uint32_t)channel->args->input_zero_point;
}

/* All outputs of one row of weights. */
static void run_channel(const channel_rows *channel, const mcuai_row_record *record,
                        int8_t *output) {
    const mcuai_conv *args = channel->args;
    const uint32_t start =
        start_sum(channel, record->bias, (uint32_t)(args->kernel_h * args->kernel_w));
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        const span rows =
            clip(oy * args->stride_h - args->pad_top, args->dilation_h, args->kernel_h, args->in_h);
        for (int32_t ox = 0; ox < args->out_w; ox++, output += args->out_c) {
            const span columns = clip(ox * args->stride_w - args->pad_left, args->dilation_w,
                                      args->kernel_w, args->in_w);
            const uint32_t sum = start + window_sum(channel, &rows, &columns);
            *output = mcuai_row_output(sum, record, args->output_zero_point, args->activation_min,
                                       args->activation_max);
        }
    }
}

void mcuai_depthwise_rows(const mcuai_conv *args) {
    const uint32_t depth = (uint32_t)(args->kernel_h * args->kernel_w);
    const uint32_t pitch = mcuai_rows_pitch(depth, (uint32_t)args->bits);
    const int32_t multiplier = args->out_c / args->in_c;
    const mcuai_row_record *record = mcuai_rows_records(args->weights);
    const uint8_t *weights = args->weights + sizeof *record * (size_t)args->out_c;
    for (int32_t row = 0; row < args->out_c; row++, record++, weights += pitch) {
        const channel_rows channel = {
            .args = args,
            .input = args->input + row / multiplier,
            .weights = weights,
            .tap_step = args->dilation_w * args->in_c,
            .line_step = args->dilation_h * args->in_w * args->in_c,
        };
        run_channel(&channel, record, args->output + row);
    }
}

uint32_t mcuai_depthwise_rows_scratch(const mcuai_conv *args) {
    (void)args;
    return 0;
}

uint32_t mcuai_depthwise_rows_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    return mcuai_rows_blob_bytes(rows, depth, bits);
}
