/* Convolutions for Cortex-M55: the inputs of two output pixels are gathered in the scratch area,
 * then multiplied by all rows of weights, so that each vector of weights is loaded once for both.
 * Pixels whose taps are all inside the image are left to the assembly, run by run. */
#include "matrix.h"

typedef struct {
    mcuai_mve_product product;
    int8_t *x, *output;
    int32_t waiting; /* pixels gathered and not yet computed: 0 or 1 */
} progress;

uint32_t mcuai_conv2d_mve_scratch(const mcuai_conv *args) {
    const uint32_t depth =
        (uint32_t)args->kernel_h * (uint32_t)args->kernel_w * (uint32_t)args->in_c;
    return (depth + MCUAI_MVE_LANES - 1) / MCUAI_MVE_LANES * MCUAI_MVE_LANES * 2;
}

/* A row of the kernel, tap by tap. */
static void gather_spread(const mcuai_conv *args, const int8_t *line, int32_t column, int8_t *to) {
    const uint32_t channels = (uint32_t)args->in_c;
    for (int32_t kx = 0; kx < args->kernel_w; kx++, column += args->dilation_w, to += channels) {
        if (column >= 0 && column < args->in_w)
            mcuai_mve_copy(to, line + column * args->in_c, channels);
        else
            mcuai_mve_fill(to, args->input_zero_point, channels);
    }
}

/* The inputs of the pixel whose first tap is at `row` and `column`. */
static void gather(const mcuai_conv *args, int32_t row, int32_t column, int8_t *to) {
    const int32_t width = args->kernel_w * args->in_c, end = column + args->kernel_w;
    const int32_t from = column < 0 ? 0 : column, until = end > args->in_w ? args->in_w : end;
    const int32_t left = (from - column) * args->in_c, middle = (until - from) * args->in_c;
    for (int32_t ky = 0; ky < args->kernel_h; ky++, row += args->dilation_h, to += width) {
        if (row < 0 || row >= args->in_h) {
            mcuai_mve_fill(to, args->input_zero_point, (uint32_t)width);
            continue;
        }
        const int8_t *line = args->input + row * args->in_w * args->in_c;
        if (args->dilation_w != 1 || middle <= 0) {
            gather_spread(args, line, column, to);
            continue;
        }
        mcuai_mve_fill(to, args->input_zero_point, (uint32_t)left);
        mcuai_mve_copy(to + left, line + from * args->in_c, (uint32_t)middle);
        mcuai_mve_fill(to + left + middle, args->input_zero_point,
                       (uint32_t)(width - left - middle));
    }
}

static void add_pixel(progress *p, const mcuai_conv *args, int32_t row, int32_t column) {
    gather(args, row, column, p->waiting == 0 ? p->x : p->x + p->product.args.depth_bytes);
    p->waiting ^= 1;
    if (p->waiting)
        return;
    mcuai_mve_product_two(&p->product, p->x, p->output);
    p->output += 2 * args->out_c;
}

/* Output columns [first, end) whose taps are all inside the image's width, if the assembly can
 * gather them. */
static void inner_columns(const mcuai_conv *args, int32_t *first, int32_t *end) {
    const int32_t last = args->in_w - args->kernel_w + args->pad_left;
    *first = (args->pad_left + args->stride_w - 1) / args->stride_w;
    *end = last < 0 ? 0 : last / args->stride_w + 1;
    if (*end > args->out_w)
        *end = args->out_w;
    if (args->dilation_w != 1 || args->out_c % MCUAI_MVE_ROWS != 0)
        *end = 0;
}

/* The pairs among `pixels` neighbouring inner pixels; returns the number of pixels done. */
static int32_t run_pairs(progress *p, const mcuai_conv *args, int32_t row, int32_t column,
                         int32_t pixels) {
    const int8_t *source = args->input + (row * args->in_w + column) * args->in_c;
    mcuai_mve_product_run(&p->product, source, (uint32_t)pixels / 2, p->x, p->output);
    p->output += (pixels & ~1) * args->out_c;
    return pixels & ~1;
}

static void convolve_row(progress *p, const mcuai_conv *args, int32_t row) {
    const int inner = row >= 0 && row + (args->kernel_h - 1) * args->dilation_h < args->in_h;
    int32_t first, end;
    inner_columns(args, &first, &end);
    for (int32_t x = 0; x < args->out_w;) {
        const int32_t column = x * args->stride_w - args->pad_left;
        if (inner && p->waiting == 0 && x >= first && x + 1 < end) {
            x += run_pairs(p, args, row, column, end - x);
        } else {
            add_pixel(p, args, row, column);
            x++;
        }
    }
}

static void prepare_gather(mcuai_mve_matrix *matrix, const mcuai_conv *args) {
    const uint32_t width = (uint32_t)(args->kernel_w * args->in_c);
    matrix->source_step = args->stride_w * args->in_c;
    matrix->gather_rows = (uint32_t)args->kernel_h;
    matrix->row_bytes = width;
    matrix->row_excess = (0 - width) % MCUAI_MVE_LANES;
    matrix->row_advance =
        args->dilation_h * args->in_w * args->in_c - (int32_t)(width + matrix->row_excess);
}

/* Whether output pixel i needs input pixel i alone, so that the image may be taken for a single
 * row. */
static int is_pixelwise(const mcuai_conv *args) {
    return args->kernel_h == 1 && args->kernel_w == 1 && args->stride_h == 1 &&
           args->stride_w == 1 && args->pad_top == 0 && args->pad_left == 0 &&
           args->in_w == args->out_w && args->in_h == args->out_h;
}

void mcuai_conv2d_mve(const mcuai_conv *args) {
    const uint32_t depth = (uint32_t)(args->kernel_h * args->kernel_w * args->in_c);
    mcuai_conv flat = *args;
    progress p;
    if (is_pixelwise(args)) {
        flat.out_w = flat.in_w = args->out_h * args->out_w;
        flat.out_h = flat.in_h = 1;
    }
    p.product.loops = args->loops;
    mcuai_mve_product_begin(&p.product, args->weights, (uint32_t)args->out_c, depth,
                            (uint32_t)args->bits);
    mcuai_mve_product_output(&p.product, args->output_zero_point, args->activation_min,
                             args->activation_max);
    prepare_gather(&p.product.args, &flat);
    p.x = args->scratch;
    p.output = args->output;
    p.waiting = 0;
    mcuai_mve_fill(p.x, 0, 2 * p.product.args.depth_bytes);
    for (int32_t y = 0; y < flat.out_h; y++)
        convolve_row(&p, &flat, y * flat.stride_h - flat.pad_top);
    if (p.waiting)
        mcuai_mve_product_one(&p.product, p.x, p.output);
}
