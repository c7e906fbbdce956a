/* Depthwise convolutions for Cortex-M55: the image is cut into runs of pixels whose taps lie at
 * fixed distances, and the assembly is given the addresses of the taps of a run's first pixel. Taps
 * outside the image read zero points in the scratch area: a row of them above and below if there is
 * room, one pixel at the sides, where runs are of one. */
#include "depthwise.h"

#include <arm_mve.h>

#include "../kernels.h"
#include "matrix.h"

enum { LANES = 16, TAPS_UNIT = 4, GREATEST_PADDING_ROW = 1024 };

typedef struct {
    const mcuai_conv *conv;
    mcuai_mve_depthwise whole, rest; /* blocks of all channels; the channels that remain */
    mcuai_mve_window window;
    int shared; /* neighbouring pixels share vectors */
} run;

static uint32_t round_up(uint32_t x, uint32_t unit) {
    return (x + unit - 1) / unit * unit;
}

/* Taps in a column over an image of one column are taps in a row over an image of one row: one run,
 * not many. */
static mcuai_conv lie_down(const mcuai_conv *conv) {
    mcuai_conv lying = *conv;
    if (conv->in_w != 1 || conv->out_w != 1 || conv->kernel_w != 1 || conv->pad_left != 0)
        return lying;
    lying.in_w = conv->in_h;
    lying.out_w = conv->out_h;
    lying.kernel_w = conv->kernel_h;
    lying.stride_w = conv->stride_h;
    lying.dilation_w = conv->dilation_h;
    lying.pad_left = conv->pad_top;
    lying.in_h = lying.out_h = lying.kernel_h = lying.stride_h = lying.dilation_h = 1;
    lying.pad_top = 0;
    return lying;
}

static uint32_t tap_table_bytes(const mcuai_conv *conv) {
    return round_up((uint32_t)conv->kernel_h * (uint32_t)conv->kernel_w, TAPS_UNIT) * 4;
}

/* Zero points for taps outside the image: a row of the image if it is short, else a pixel. */
static uint32_t padding_bytes(const mcuai_conv *conv) {
    const uint32_t row = (uint32_t)conv->in_w * (uint32_t)conv->in_c;
    return round_up(row <= GREATEST_PADDING_ROW ? row : (uint32_t)conv->in_c, LANES);
}

uint32_t mcuai_depthwise_mve_scratch(const mcuai_conv *args) {
    const mcuai_conv conv = lie_down(args);
    return tap_table_bytes(&conv) + padding_bytes(&conv);
}

const mcuai_mve_depthwise_loops mcuai_mve_depthwise_loops_int8 = {
    mcuai_mve_depthwise_8, mcuai_mve_depthwise_partial_8, mcuai_mve_depthwise_nine_8};
const mcuai_mve_depthwise_loops mcuai_mve_depthwise_loops_int4 = {
    mcuai_mve_depthwise_4, mcuai_mve_depthwise_partial_4, NULL};
const mcuai_mve_depthwise_loops mcuai_mve_depthwise_loops_int2 = {
    mcuai_mve_depthwise_2, mcuai_mve_depthwise_partial_2, NULL};

static void run_whole(const run *r) {
    const mcuai_mve_depthwise_loops *loops = r->conv->loops;
    const int nine = loops->nine && r->conv->kernel_h * r->conv->kernel_w == 9 && r->whole.one;
    (nine ? loops->nine : loops->whole)(&r->whole);
}

static void run_rest(const run *r) {
    const mcuai_mve_depthwise_loops *loops = r->conv->loops;
    loops->partial(&r->rest);
}

/* Pixels of their own blocks of channels: first all whole blocks, then the rest of each pixel. */
static void run_pixels(run *r, uint32_t pixels, int8_t *output) {
    if (r->whole.blocks > 0) {
        r->whole.repeats = pixels;
        r->whole.output = output;
        run_whole(r);
    }
    if (r->rest.lanes > 0) {
        r->rest.repeats = pixels;
        r->rest.output = output + r->whole.blocks * LANES;
        run_rest(r);
    }
}

/* Pixels of few channels are taken as a row of channels, of which each vector has the same weights.
 */
static void run_shared(run *r, uint32_t pixels, int8_t *output) {
    const uint32_t bytes = pixels * (uint32_t)r->conv->in_c;
    r->whole.repeats = bytes / LANES;
    r->whole.output = output;
    if (r->whole.repeats > 0)
        run_whole(r);
    r->rest.lanes = bytes % LANES;
    r->rest.input_start = bytes - r->rest.lanes;
    r->rest.output = output + r->rest.input_start;
    if (r->rest.lanes > 0)
        run_rest(r);
}

/* Output columns [first, end) whose taps are all within the image's width. */
static void inner_columns(const mcuai_conv *conv, int32_t *first, int32_t *end) {
    const int32_t reach = (conv->kernel_w - 1) * conv->dilation_w;
    const int32_t last = conv->in_w - 1 - reach + conv->pad_left;
    *first = (conv->pad_left + conv->stride_w - 1) / conv->stride_w;
    *end = last < 0 ? 0 : last / conv->stride_w + 1;
    if (*end > conv->out_w)
        *end = conv->out_w;
}

static void run_row(run *r, int32_t y) {
    const mcuai_conv *conv = r->conv;
    const int32_t row = y * conv->stride_h - conv->pad_top;
    const int inner = r->window.outer_bytes > 0 ||
                      (row >= 0 && row + (conv->kernel_h - 1) * conv->dilation_h < conv->in_h);
    int8_t *output = conv->output + y * conv->out_w * conv->out_c;
    int32_t first, end;
    inner_columns(conv, &first, &end);
    for (int32_t x = 0, pixels; x < conv->out_w; x += pixels, output += pixels * conv->out_c) {
        pixels = inner && x >= first && x < end ? end - x : 1;
        mcuai_mve_point_taps(&r->window, row * (int32_t)r->window.row_bytes,
                             (x * conv->stride_w - conv->pad_left) * conv->in_c);
        if (r->shared)
            run_shared(r, (uint32_t)pixels, output);
        else
            run_pixels(r, (uint32_t)pixels, output);
    }
}

static void prepare_common(run *r, mcuai_mve_depthwise *args, uint32_t groups,
                           int32_t first_shift) {
    const mcuai_conv *conv = r->conv;
    args->taps = r->window.taps;
    args->weights = conv->weights;
    args->tap_groups = groups;
    args->repeats = 1;
    args->blocks = 1;
    args->lanes = 0;
    args->input_start = 0;
    args->one = !mcuai_mve_is_general(first_shift);
    args->input_skip = 0;
    args->output_skip = 0;
    vst1q_s16(args->zero_point, vdupq_n_s16((int16_t)conv->output_zero_point));
    vst1q_s8(args->low, vdupq_n_s8((int8_t)conv->activation_min));
    vst1q_s8(args->high, vdupq_n_s8((int8_t)conv->activation_max));
}

static void prepare_window(run *r, uint32_t spare_taps) {
    const mcuai_conv *conv = r->conv;
    mcuai_mve_window *window = &r->window;
    int8_t *padding = (int8_t *)conv->scratch + tap_table_bytes(conv);
    window->taps = conv->scratch;
    window->image = conv->input;
    window->padding = padding;
    window->row_bytes = (uint32_t)(conv->in_w * conv->in_c);
    window->image_bytes = (uint32_t)conv->in_h * window->row_bytes;
    window->outer_bytes = window->row_bytes <= GREATEST_PADDING_ROW ? window->row_bytes : 0;
    window->kernel_w = (uint32_t)conv->kernel_w;
    window->kernel_h = (uint32_t)conv->kernel_h;
    window->row_step = conv->dilation_h * (int32_t)window->row_bytes;
    window->tap_step = conv->dilation_w * conv->in_c;
    window->spare_taps = spare_taps;
    for (uint32_t i = 0; i < padding_bytes(conv); i += LANES)
        vst1q_s8(padding + i, vdupq_n_s8((int8_t)conv->input_zero_point));
}

static void prepare_pixels(run *r, uint32_t block_bytes) {
    const int32_t step = r->conv->stride_w * r->conv->in_c;
    const uint32_t channels = (uint32_t)r->conv->in_c;
    const uint32_t blocks = channels / LANES;
    r->whole.blocks = blocks;
    r->whole.input_skip = step - (int32_t)(blocks * LANES);
    r->whole.output_skip = (int32_t)(channels % LANES);
    r->rest.lanes = channels % LANES;
    r->rest.weights += blocks * block_bytes;
    r->rest.input_start = blocks * LANES;
    r->rest.input_skip = step - LANES;
    r->rest.output_skip = r->conv->in_c - LANES;
}

void mcuai_depthwise_mve(const mcuai_conv *args) {
    const mcuai_conv conv = lie_down(args);
    const uint32_t taps = (uint32_t)conv.kernel_h * (uint32_t)conv.kernel_w;
    const uint32_t group = conv.bits == 2 ? 4 : 2;
    const uint32_t groups = (taps + group - 1) / group;
    const uint32_t block_bytes = (4 + groups * group * (uint32_t)conv.bits / 8 + 8) * LANES;
    const uint8_t *first_shifts = conv.weights + block_bytes - 7 * LANES;
    const int32_t first_shift = *(const int32_t *)(const void *)first_shifts;
    run r;
    r.conv = &conv;
    r.shared = conv.stride_w == 1 && conv.in_c < LANES && LANES % conv.in_c == 0;
    prepare_window(&r, groups * group - taps);
    prepare_common(&r, &r.whole, groups, first_shift);
    prepare_common(&r, &r.rest, groups, first_shift);
    if (!r.shared)
        prepare_pixels(&r, block_bytes);
    for (int32_t y = 0; y < conv.out_h; y++)
        run_row(&r, y);
}
