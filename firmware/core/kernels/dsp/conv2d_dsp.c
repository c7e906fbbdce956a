/* Convolution of the dsp layout: each output pixel's window is widened to a vector for the row
 * kernels. */
#include "../portable/window.h"
#include "dsp_kernels.h"

static bool pointwise(const mcuai_conv *args) {
    return args->kernel_h == 1 && args->kernel_w == 1 && args->pad_top == 0 && args->pad_left == 0;
}

/* Windows whose pixels are no whole words are collected as bytes first. */
static bool collects_bytes(const mcuai_conv *args) {
    return args->in_c % 4 != 0 && !pointwise(args);
}

static uint32_t conv_depth(const mcuai_conv *args) {
    return (uint32_t)(args->kernel_h * args->kernel_w * args->in_c);
}

/* `count` elements (a multiple of four) outside the image. */
static uint32_t *widen_padding(mcuai_dsp_layer *layer, uint32_t *x, uint32_t count,
                               int32_t zero_point) {
    const uint32_t value =
        layer->args->bits == 2 ? (uint32_t)(4 * (zero_point + 128)) : (uint32_t)zero_point & 0xffff;
    layer->sums.neighbours += (int32_t)(count / 2) * zero_point * zero_point;
    layer->sums.values += (int32_t)count * zero_point;
    for (uint32_t *end = x + count / 2; x != end; x++) {
        *x = value | value << 16;
    }
    return x;
}

/* One row of the window with its corner at (y, x); channels are a multiple of four. */
static uint32_t *widen_row(mcuai_dsp_layer *layer, const mcuai_conv *args, int32_t y, int32_t x,
                           uint32_t *to) {
    const int32_t channels = args->in_c;
    const int32_t width = y >= 0 && y < args->in_h ? args->in_w : 0;
    const int8_t *row = args->input + (width > 0 ? y * width * channels : 0);
    /* Taps side by side are widened in one run. */
    const int32_t run = args->dilation_w == 1 ? args->kernel_w : 1;
    for (int32_t kx = 0; kx < args->kernel_w; kx += run, x += run * args->dilation_w) {
        const int32_t first = mcuai_between(x, 0, width);
        const int32_t last = mcuai_between(x + run, first, width);
        const int32_t before = mcuai_between(first - x, 0, run);
        const int32_t after = run - before - (last - first);
        if (before > 0) {
            to = widen_padding(layer, to, (uint32_t)(before * channels), args->input_zero_point);
        }
        to = layer->widen(to, row + first * channels, (uint32_t)((last - first) * channels),
                          &layer->sums);
        if (after > 0) {
            to = widen_padding(layer, to, (uint32_t)(after * channels), args->input_zero_point);
        }
    }
    return to;
}

/* Scratch: the window as int16, then as bytes, then a strip of input rows, padding included, that
 * holds all windows of a row of the output. */
typedef struct {
    int8_t *patch, *strip;
    uint32_t strip_width; /* bytes of a row; 0: windows are collected from the image */
    uint32_t step;        /* bytes from window to window */
    uint32_t run;         /* bytes of a window's row */
    uint32_t rows;
    uint32_t depth; /* of the window, padded */
} byte_windows;

static uint32_t strip_width(const mcuai_conv *args) {
    return args->dilation_w != 1
               ? 0
               : (uint32_t)(((args->out_w - 1) * args->stride_w + args->kernel_w) * args->in_c);
}

static byte_windows byte_windows_of(const mcuai_conv *args) {
    const uint32_t depth = mcuai_dsp_round4(conv_depth(args));
    int8_t *patch = (int8_t *)args->scratch + 2 * depth;
    return (byte_windows){
        .patch = patch,
        .strip = patch + depth + 4,
        .strip_width = strip_width(args),
        .step = (uint32_t)(args->stride_w * args->in_c),
        .run = (uint32_t)(args->kernel_w * args->in_c),
        .rows = (uint32_t)args->kernel_h,
        .depth = depth,
    };
}

static void collect_strip(const mcuai_conv *args, const byte_windows *bytes, int32_t oy) {
    mcuai_conv wide = *args;
    int8_t *to = bytes->strip;
    int32_t y = oy * args->stride_h - args->pad_top;
    wide.kernel_w = (args->out_w - 1) * args->stride_w + args->kernel_w;
    for (int32_t ky = 0; ky < args->kernel_h; ky++, y += args->dilation_h) {
        mcuai_gather_window_row(&wide, y, -args->pad_left, to);
        to += bytes->strip_width;
    }
}

static inline void copy_word(int8_t *to, const int8_t *from) {
    uint32_t word;
    memcpy(&word, from, sizeof word);
    memcpy(to, &word, sizeof word);
}

/* Copies words: up to three bytes too many, which the next row or the depth's padding takes. */
static void collect_window(const byte_windows *bytes, uint32_t ox) {
    const uint32_t run = bytes->run, width = bytes->strip_width;
    const int8_t *row = bytes->strip + ox * bytes->step;
    int8_t *to = bytes->patch;
    for (uint32_t n = bytes->rows; n > 0; n--, row += width, to += run) {
        copy_word(to, row);
        for (uint32_t i = 4; i < run; i += 8) {
            copy_word(to + i, row + i);
            if (i + 4 < run) {
                copy_word(to + i + 4, row + i + 4);
            }
        }
    }
}

static void widen_bytes(mcuai_dsp_layer *layer, const mcuai_conv *args, const byte_windows *bytes,
                        int32_t oy, int32_t ox) {
    if (bytes->strip_width == 0) {
        mcuai_gather_window(args, oy, ox, bytes->patch);
    } else {
        if (ox == 0) {
            collect_strip(args, bytes, oy);
        }
        collect_window(bytes, (uint32_t)ox);
    }
    /* Whatever lies in the depth's padding: it meets weights of 0, and the sums count it. */
    layer->widen(args->scratch, bytes->patch, bytes->depth, &layer->sums);
}

static void widen_words(mcuai_dsp_layer *layer, const mcuai_conv *args, int32_t oy, int32_t ox) {
    uint32_t *to = args->scratch;
    int32_t y = oy * args->stride_h - args->pad_top;
    const int32_t x = ox * args->stride_w - args->pad_left;
    for (int32_t ky = 0; ky < args->kernel_h; ky++, y += args->dilation_h) {
        to = widen_row(layer, args, y, x, to);
    }
}

void mcuai_conv2d_dsp(const mcuai_conv *args) {
    const mcuai_dense rows = {
        .rows = args->out_c,
        .depth = (int32_t)conv_depth(args),
        .bits = args->bits,
        .output_zero_point = args->output_zero_point,
        .activation_min = args->activation_min,
        .activation_max = args->activation_max,
        .weights = args->weights,
        .scratch = args->scratch,
    };
    const byte_windows bytes = byte_windows_of(args);
    const bool point = pointwise(args), by_bytes = collects_bytes(args);
    mcuai_dsp_layer layer;
    mcuai_dsp_layer_open(&layer, &rows);
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        const int8_t *pixel = args->input + oy * args->stride_h * args->in_w * args->in_c;
        for (int32_t ox = 0; ox < args->out_w; ox++, output += args->out_c) {
            if (point) {
                layer.widen(args->scratch, pixel, (uint32_t)args->in_c, &layer.sums);
                pixel += args->stride_w * args->in_c;
            } else if (by_bytes) {
                widen_bytes(&layer, args, &bytes, oy, ox);
            } else {
                widen_words(&layer, args, oy, ox);
            }
            mcuai_dsp_layer_run(&layer, output);
        }
    }
}

uint32_t mcuai_conv2d_dsp_scratch(const mcuai_conv *args) {
    const uint32_t depth = mcuai_dsp_round4(conv_depth(args));
    uint64_t bytes = 2 * (uint64_t)depth;
    if (collects_bytes(args)) {
        const uint64_t strip = (uint64_t)strip_width(args) * (uint32_t)args->kernel_h;
        bytes += depth + 4 + (strip ? ((strip + 3) & ~UINT64_C(3)) + 4 : 0);
    }
    return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}
