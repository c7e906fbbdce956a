/* Convolutions of the RV32 family: four pixels (INT8) or one at a time as a dense layer. All
 * windows of a block are in scratch before its first output is written. */
#include <string.h>

#include "../portable/window.h"
#include "run.h"

/* Whether every window is one pixel of the image, which needs no gathering. */
static int is_pointwise(const mcuai_conv *args) {
    return args->kernel_h == 1 && args->kernel_w == 1 && args->pad_top == 0 &&
           args->pad_left == 0 && (args->out_h - 1) * args->stride_h < args->in_h &&
           (args->out_w - 1) * args->stride_w < args->in_w;
}

/* Whether there are kernels and pixels enough to take four together. */
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
    const mcuai_rv32_conv_loops *loops = args->loops;
    const int32_t depth = depth_of(args);
    int8_t *output = args->output;
    int32_t left = args->out_h * args->out_w;
    for (; left >= 4; left -= 4, output += 4 * args->out_c) {
        const int8_t *windows[4];
        for (int32_t i = 0; i < 4; i++) {
            windows[i] = next_window(at, patches + i * depth);
        }
        run->weights = args->weights;
        run->output = output;
        loops->pixels(run, windows, depth, args->scratch, args->out_c);
    }
    return left;
}

/* The last `left` pixels, one by one. INT8 rows read the window itself, so it has to be a copy. */
static void run_singly(cursor *at, mcuai_rv32_run *run, int8_t *patch, int32_t left) {
    const mcuai_conv *args = at->args;
    const mcuai_rv32_loops *loops = ((const mcuai_rv32_conv_loops *)args->loops)->rows;
    const int32_t depth = depth_of(args);
    int8_t *output = args->output + (args->out_h * args->out_w - left) * args->out_c;
    for (; left > 0; left--, output += args->out_c) {
        const int8_t *x = next_window(at, patch);
        if (args->bits == 8 && at->pointwise) {
            memcpy(patch, x, (size_t)depth);
            x = patch;
        }
        loops->prepare(run, x, depth, args->scratch);
        run->weights = args->weights;
        run->output = output;
        mcuai_rv32_run_rows(run, loops, args->out_c);
    }
}

void mcuai_conv2d_rv32(const mcuai_conv *args) {
    const int32_t depth = depth_of(args);
    int8_t *const scratch = args->scratch;
    int8_t *const patches = scratch + widened_bytes(args);
    cursor at = {.args = args, .pointwise = is_pointwise(args)};
    mcuai_rv32_run run = {
        .low = args->activation_min,
        .high = args->activation_max,
        .pitch = args->out_c,
        .pair_bytes = 8 + (depth + 3) / 4 * 8,
    };
    const int32_t pixels = args->out_h * args->out_w;
    const int32_t left = by_four(args) ? run_blocks(&at, &run, patches) : pixels;
    run_singly(&at, &run, args->bits == 8 ? scratch : patches, left);
}

uint32_t mcuai_conv2d_rv32_scratch(const mcuai_conv *args) {
    const uint32_t depth = (uint32_t)depth_of(args);
    const uint32_t copied = by_four(args) ? 4 * depth : depth;
    const uint32_t needed = args->bits == 8 && !by_four(args);
    return widened_bytes(args) + (needed || !is_pointwise(args) ? copied : 0);
}

const mcuai_rv32_conv_loops mcuai_rv32_conv_loops_int8 = {&mcuai_rv32_loops_int8,
                                                          mcuai_rv32_run_pixels};
const mcuai_rv32_conv_loops mcuai_rv32_conv_loops_int4 = {&mcuai_rv32_loops_int4, NULL};
const mcuai_rv32_conv_loops mcuai_rv32_conv_loops_int2 = {&mcuai_rv32_loops_int2, NULL};
