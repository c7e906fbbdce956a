/* Depthwise convolution of the dsp layout, any shape: pixel by pixel from a list of the window's
 * taps. */
#include <string.h>

#include "depthwise.h"
#include "intrinsics.h"

/* What mcuai_dsp_depthwise_taps works on, in its order. */
typedef struct {
    int8_t *output;
    const int8_t **taps;
    const int8_t **taps_end;
    uint32_t channels;   /* whole groups of them */
    uint32_t requantize; /* address of the rounding that suffices */
} taps_run;

extern const mcuai_dsp_roundings mcuai_dsp_taps_entries;
void mcuai_dsp_depthwise_taps(const uint8_t *groups, const taps_run *run);

/* Scratch: the taps' addresses, a pixel of zero points, unpacked groups. */
typedef struct {
    const mcuai_conv *args;
    taps_run run;
    int8_t *padding;
    const uint8_t *groups; /* int8 weights */
    uint32_t group_bytes;
} convolution;

static uint32_t taps_bytes(const mcuai_conv *args) {
    return 8 * mcuai_dsp_tap_pairs(args);
}

static uint32_t int8_group_bytes(const mcuai_conv *args) {
    return BIAS_BYTES + taps_bytes(args) + SCALE_BYTES;
}

static uint32_t groups_of(const mcuai_conv *args) {
    return ((uint32_t)args->out_c + 3) / GROUP;
}

void mcuai_dsp_unpack_group(uint32_t *to, const uint8_t *from, uint32_t pairs, uint32_t bits) {
    int8_t *w = (int8_t *)to;
    for (uint32_t k = 0; k < 8 * pairs; k++) {
        const uint32_t bit = k * bits;
        *w++ = (int8_t)((int32_t)((uint32_t)from[bit / 8] << (32 - bits - bit % 8)) >> (32 - bits));
    }
}

/* Groups of packed weights become int8 groups in the scratch area. */
static void unpack(convolution *c, uint8_t *to) {
    const mcuai_conv *args = c->args;
    const uint8_t *from = args->weights;
    c->groups = to;
    for (uint32_t n = groups_of(args); n > 0; n--) {
        memcpy(to, from, BIAS_BYTES);
        mcuai_dsp_unpack_group((uint32_t *)(void *)(to + BIAS_BYTES), from + BIAS_BYTES,
                               mcuai_dsp_tap_pairs(args), (uint32_t)args->bits);
        from += BIAS_BYTES + mcuai_dsp_group_weights(args);
        memcpy(to + BIAS_BYTES + taps_bytes(args), from, SCALE_BYTES);
        from += SCALE_BYTES;
        to += c->group_bytes;
    }
}

static void open(convolution *c, const mcuai_conv *args) {
    const uint32_t channels = (uint32_t)args->in_c;
    uint8_t *scratch = args->scratch;
    c->args = args;
    c->run.taps = (const int8_t **)(void *)scratch;
    c->run.taps_end = c->run.taps + 2 * mcuai_dsp_tap_pairs(args);
    c->run.channels = args->in_c == args->out_c ? channels & ~UINT32_C(3) : 0;
    c->run.requantize = mcuai_dsp_rounding(
        &mcuai_dsp_taps_entries, args->weights + BIAS_BYTES + mcuai_dsp_group_weights(args),
        mcuai_dsp_rectified(args));
    scratch += taps_bytes(args);
    c->padding = (int8_t *)scratch;
    memset(scratch, args->input_zero_point, channels);
    c->groups = args->weights;
    c->group_bytes = int8_group_bytes(args);
    if (args->bits != 8) {
        unpack(c, scratch + mcuai_dsp_round4(channels));
    }
}

/* The taps of the window with its corner at (y, x); those outside the image are zero points, as is
 * an odd last one. */
static void list_taps(const convolution *c, int32_t y, int32_t x) {
    const mcuai_conv *args = c->args;
    const int8_t **tap = c->run.taps;
    for (int32_t ky = 0; ky < args->kernel_h; ky++, y += args->dilation_h) {
        const bool row_inside = y >= 0 && y < args->in_h;
        int32_t column = x;
        for (int32_t kx = 0; kx < args->kernel_w; kx++, column += args->dilation_w) {
            const bool inside = row_inside && column >= 0 && column < args->in_w;
            *tap++ = inside ? args->input + (y * args->in_w + column) * args->in_c : c->padding;
        }
    }
    if (tap != c->run.taps_end) {
        *tap = c->padding;
    }
}

/* One channel alone: the last of a number that is no multiple of four, or where several read one
 * input channel. */
static int8_t one_channel(const convolution *c, uint32_t row) {
    const mcuai_conv *args = c->args;
    const uint32_t lane = row % GROUP;
    const uint32_t channel = row / (uint32_t)(args->out_c / args->in_c);
    const uint8_t *group = c->groups + row / GROUP * c->group_bytes;
    const int8_t *w = (const int8_t *)group + BIAS_BYTES + lane / 2 * 4 + lane % 2;
    uint32_t sum = ((const uint32_t *)(const void *)group)[lane];
    for (const int8_t **tap = c->run.taps; tap != c->run.taps_end; tap += 2, w += 8) {
        sum += (uint32_t)(tap[0][channel] * w[0] + tap[1][channel] * w[2]);
    }
    const uint32_t *scales =
        (const uint32_t *)(const void *)(group + BIAS_BYTES) + taps_bytes(args) / 4;
    return mcuai_dsp_scale(2 * sum, scales + 3 * lane);
}

static void one_pixel(convolution *c, int8_t *output) {
    const mcuai_conv *args = c->args;
    const uint32_t channels = c->run.channels;
    c->run.output = output;
    if (channels > 0) {
        mcuai_dsp_depthwise_taps(c->groups, &c->run);
    }
    for (uint32_t row = channels; row < (uint32_t)args->out_c; row++) {
        output[row] = one_channel(c, row);
    }
    mcuai_dsp_clamp(output, (uint32_t)args->out_c, args->activation_min, args->activation_max);
}

void mcuai_depthwise_dsp(const mcuai_conv *args) {
    if (mcuai_dsp_planes_fit(args)) {
        mcuai_dsp_depthwise_planes(args);
        return;
    }
    convolution c;
    open(&c, args);
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        for (int32_t ox = 0; ox < args->out_w; ox++, output += args->out_c) {
            list_taps(&c, oy * args->stride_h - args->pad_top,
                      ox * args->stride_w - args->pad_left);
            one_pixel(&c, output);
        }
    }
}

uint32_t mcuai_depthwise_dsp_scratch(const mcuai_conv *args) {
    if (mcuai_dsp_planes_fit(args)) {
        return mcuai_dsp_planes_scratch(args);
    }
    const uint32_t unpacked = args->bits == 8 ? 0 : groups_of(args) * int8_group_bytes(args);
    return taps_bytes(args) + mcuai_dsp_round4((uint32_t)args->in_c) + unpacked;
}
