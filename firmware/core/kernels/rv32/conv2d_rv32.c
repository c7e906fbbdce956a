/* Convolutions of the RV32 family: four pixels (INT8) or one at a time as a dense layer. All
 * windows of a block are widened into scratch before its first output is written. */
#include "../portable/window.h"
#include "run.h"

/* Whether every window is one pixel of the image, which needs no gathering. */
static int is_pointwise(const mcuai_conv *args) {
    return args->kernel_h == 1 && args->kernel_w == 1 && args->pad_top == 0 &&
           args->pad_left == 0 && (args->out_h - 1) * args->stride_h < args->in_h &&
           (args->out_w - 1) * args->stride_w < args->in_w;
}

/* Whether there are pixels enough to widen four together. */
static int by_four(const mcuai_conv *args) {
    return args->bits == 8 && args->out_h * args->out_w >= 4;
}

static int32_t depth_of(const mcuai_conv *args) {
    return args->kernel_h * args->kernel_w * args->in_c;
}

static uint32_t widened_bytes(const mcuai_conv *args) {
    const uint32_t depth = (uint32_t)depth_of(args);
    return by_four(args) ? mcuai_rv32_widened_pixels_bytes(depth)
                         : mcuai_rv32_widened_bytes(depth, (uint32_t)args->bits);
}

/* The output pixel to be computed next. */
typedef struct {
    const mcuai_conv *args;
    int pointwise;
    int32_t oy, ox;
} cursor;

/* The window of the next pixel, in the image or gathered in `patch`. */
static const int8_t *next_window(cursor *at, int8_t *patch) {
    const mcuai_conv *args = at->args;
    const int32_t oy = at->oy, ox = at->ox;
    if (++at->ox == args->out_w) {
        at->ox = 0;
        at->oy++;
    }
    if (at->pointwise) {
        return args->input + (oy * args->stride_h * args->in_w + ox * args->stride_w) * args->in_c;
    }
    mcuai_gather_window(args, oy, ox, patch);
    return patch;
}

/* Blocks of four pixels, as long as there are four; returns the pixels left. */
static int32_t run_blocks(cursor *at, mcuai_rv32_run *run, int8_t *patches) {
    const mcuai_conv *args = at->args;
    const int32_t depth = depth_of(args);
    int8_t *output = args->output;
    int32_t left = args->out_h * args->out_w;
    for (; left >= 4; left -= 4, output += 4 * args->out_c) {
        const int8_t *windows[4];
        for (int32_t i = 0; i < 4; i++) {
            windows[i] = next_window(at, patches + i * depth);
        }
        run->x_end = mcuai_rv32_widen_pixels(windows, depth, args->scratch);
        run->weights = args->weights;
        run->output = output;
        mcuai_rv32_run_pixels(run, args->out_c);
    }
    return left;
}

void mcuai_conv2d_rv32(const mcuai_conv *args) {
    const int32_t depth = depth_of(args);
    int8_t *patches = (int8_t *)args->scratch + widened_bytes(args);
    cursor at = {.args = args, .pointwise = is_pointwise(args)};
    mcuai_rv32_run run = {
        .x = args->scratch,
        .low = args->activation_min,
        .high = args->activation_max,
        .pitch = args->out_c,
        .pair_bytes = 8 + (depth + 3) / 4 * 8,
    };
    const int32_t pixels = args->out_h * args->out_w;
    int32_t left = by_four(args) ? run_blocks(&at, &run, patches) : pixels;
    int8_t *output = args->output + (pixels - left) * args->out_c;
    for (; left > 0; left--, output += args->out_c) {
        const int8_t *x = next_window(&at, patches);
        run.x_end = mcuai_rv32_widen(x, depth, args->bits, args->scratch);
        run.weights = args->weights;
        run.output = output;
        mcuai_rv32_run_rows(&run, args->out_c, args->bits);
    }
}

uint32_t mcuai_conv2d_rv32_scratch(const mcuai_conv *args) {
    const uint32_t depth = (uint32_t)depth_of(args);
    const uint32_t patches = is_pointwise(args) ? 0 : by_four(args) ? 4 : 1;
    return widened_bytes(args) + patches * depth;
}
