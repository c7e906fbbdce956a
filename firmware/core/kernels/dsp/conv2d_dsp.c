/* Convolution of the dsp layout: each output pixel's window is widened to a vector for the row
 * kernels. Windows that overlap come from a ring of the input's last kernel_h rows with their
 * padding, so that each row is prepared once. */
#include "../portable/window.h"
#include "dsp_kernels.h"

enum { MOST_SCRATCH = 4096 };

/* Scratch: the window as int16; where it is collected as bytes these, and a word for copies to run
 * over; the ring. */
typedef struct {
    const mcuai_conv *args;
    mcuai_dsp_layer layer;
    bool words;
    /* Whatever lies in the depth's padding is widened as well: it meets weights of 0, and the sums
     * count it. */
    int8_t *patch;
    uint32_t depth; /* of the window, padded */
    uint8_t *ring;
    int32_t next;  /* the first row not yet in the ring; row 0 is the first of the padding */
    uint32_t step; /* bytes of the ring from window to window */
    mcuai_dsp_window window;
} convolution;

static bool pointwise(const mcuai_conv *args) {
    return args->kernel_h == 1 && args->kernel_w == 1 && args->pad_top == 0 && args->pad_left == 0;
}

/* A vector's order in each four needs pixels of whole words: other windows are put together from
 * bytes, then widened. */
static bool by_words(const mcuai_conv *args) {
    return args->in_c % 4 == 0;
}

static uint32_t conv_depth(const mcuai_conv *args) {
    return (uint32_t)(args->kernel_h * args->kernel_w * args->in_c);
}

/* All that a row of windows covers, padding included. */
static uint32_t ring_columns(const mcuai_conv *args) {
    return (uint32_t)((args->out_w - 1) * args->stride_w + args->kernel_w);
}

/* 0: windows come straight from the image. */
static uint64_t ring_bytes(const mcuai_conv *args) {
    const uint64_t elements =
        (uint64_t)ring_columns(args) * (uint32_t)args->in_c * (uint32_t)args->kernel_h;
    if (args->dilation_h != 1 || args->dilation_w != 1 || pointwise(args)) {
        return 0;
    }
    if (!by_words(args)) {
        return ((elements + 3) & ~UINT64_C(3)) + 4;
    }
    const bool pays = args->kernel_h * args->kernel_w > 2 * args->stride_h * args->stride_w;
    const bool fits = 2 * elements + 2 * (uint64_t)conv_depth(args) <= MOST_SCRATCH;
    return pays && fits ? 2 * elements : 0;
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

/* `count` taps side by side of the row at y, the first at x; pixels of whole words. */
static uint32_t *widen_run(convolution *c, int32_t y, int32_t x, int32_t count, uint32_t *to) {
    const mcuai_conv *args = c->args;
    const int32_t channels = args->in_c;
    const int32_t width = y >= 0 && y < args->in_h ? args->in_w : 0;
    const int8_t *row = args->input + (width > 0 ? y * width * channels : 0);
    const int32_t first = mcuai_between(x, 0, width);
    const int32_t last = mcuai_between(x + count, first, width);
    const int32_t before = mcuai_between(first - x, 0, count);
    const int32_t after = count - before - (last - first);
    if (before > 0) {
        to = widen_padding(&c->layer, to, (uint32_t)(before * channels), args->input_zero_point);
    }
    to = c->layer.loops.widen(to, row + first * channels, (uint32_t)((last - first) * channels),
                              &c->layer.sums);
    if (after > 0) {
        to = widen_padding(&c->layer, to, (uint32_t)(after * channels), args->input_zero_point);
    }
    return to;
}

static void window_from_image(convolution *c, int32_t oy, int32_t ox) {
    const mcuai_conv *args = c->args;
    if (!by_words(args)) {
        mcuai_gather_window(args, oy, ox, c->patch);
        c->layer.loops.widen(args->scratch, c->patch, c->depth, &c->layer.sums);
        return;
    }
    uint32_t *to = args->scratch;
    int32_t y = oy * args->stride_h - args->pad_top;
    const int32_t run = args->dilation_w == 1 ? args->kernel_w : 1;
    for (int32_t ky = 0; ky < args->kernel_h; ky++, y += args->dilation_h) {
        int32_t x = ox * args->stride_w - args->pad_left;
        for (int32_t kx = 0; kx < args->kernel_w; kx += run, x += args->dilation_w) {
            to = widen_run(c, y, x, run, to);
        }
    }
}

static uint8_t *slot(const convolution *c, int32_t row) {
    return c->ring + row % c->args->kernel_h * (int32_t)c->window.pitch;
}

/* Rows up to the last of output row oy's windows. */
static void fill_ring(convolution *c, int32_t oy) {
    const mcuai_conv *args = c->args;
    const int32_t top = oy * args->stride_h;
    const int32_t columns = (int32_t)ring_columns(args);
    mcuai_conv wide = *args;
    wide.kernel_w = columns;
    for (int32_t row = c->next > top ? c->next : top; row < top + args->kernel_h; row++) {
        uint8_t *to = slot(c, row);
        if (by_words(args)) {
            widen_run(c, row - args->pad_top, -args->pad_left, columns, (uint32_t *)(void *)to);
        } else {
            mcuai_gather_window_row(&wide, row - args->pad_top, -args->pad_left, (int8_t *)to);
        }
    }
    c->layer.sums = (mcuai_dsp_sums){0, 0};
    c->next = top + args->kernel_h;
    c->window.row = slot(c, top);
}

static void open(convolution *c, const mcuai_conv *args, const mcuai_dense *rows) {
    const uint32_t depth = mcuai_dsp_round4(conv_depth(args));
    const uint32_t width = by_words(args) ? 2 : 1; /* bytes of an element in the ring */
    const uint32_t pitch = width * ring_columns(args) * (uint32_t)args->in_c;
    mcuai_dsp_layer_open(&c->layer, rows);
    c->args = args;
    c->depth = depth;
    c->words = by_words(args);
    c->patch = (int8_t *)args->scratch + 2 * depth;
    c->ring = (uint8_t *)c->patch + (by_words(args) ? 0 : depth + 4);
    c->next = 0;
    c->step = width * (uint32_t)(args->stride_w * args->in_c);
    c->window = (mcuai_dsp_window){
        .run = (uint32_t)(args->kernel_w * args->in_c),
        .rows = (uint32_t)args->kernel_h,
        .pitch = pitch,
        .end = c->ring + (uint32_t)args->kernel_h * pitch,
        .size = (uint32_t)args->kernel_h * pitch,
    };
}

static void run_points(convolution *c) {
    const mcuai_conv *args = c->args;
    const uint32_t step = (uint32_t)(args->stride_w * args->in_c);
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        const int8_t *pixel = args->input + oy * args->stride_h * args->in_w * args->in_c;
        for (int32_t n = args->out_w; n > 0; n--, pixel += step, output += args->out_c) {
            c->layer.loops.widen(args->scratch, pixel, (uint32_t)args->in_c, &c->layer.sums);
            mcuai_dsp_layer_run(&c->layer, output);
        }
    }
}

static void run_ring(convolution *c) {
    const mcuai_conv *args = c->args;
    uint32_t *x = args->scratch;
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        fill_ring(c, oy);
        for (int32_t n = args->out_w; n > 0; n--, output += args->out_c) {
            if (c->words) {
                c->layer.loops.gather(x, &c->window, &c->layer.sums);
            } else {
                mcuai_dsp_collect(c->patch, &c->window);
                c->layer.loops.widen(x, c->patch, c->depth, &c->layer.sums);
            }
            c->window.row += c->step;
            mcuai_dsp_layer_run(&c->layer, output);
        }
    }
}

static void run_image(convolution *c) {
    const mcuai_conv *args = c->args;
    int8_t *output = args->output;
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        for (int32_t ox = 0; ox < args->out_w; ox++, output += args->out_c) {
            window_from_image(c, oy, ox);
            mcuai_dsp_layer_run(&c->layer, output);
        }
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
        .loops = args->loops,
    };
    convolution c;
    open(&c, args, &rows);
    if (pointwise(args)) {
        run_points(&c);
    } else if (ring_bytes(args) > 0) {
        run_ring(&c);
    } else {
        run_image(&c);
    }
}

uint32_t mcuai_conv2d_dsp_scratch(const mcuai_conv *args) {
    const uint32_t depth = mcuai_dsp_round4(conv_depth(args));
    uint64_t bytes = 2 * (uint64_t)depth + ring_bytes(args);
    if (!by_words(args) && !pointwise(args)) {
        bytes += depth + 4;
    }
    return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}
