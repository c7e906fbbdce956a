/* Dense layers of the dsp layout: prepares and finishes runs of the row kernels. */
#include "dsp_kernels.h"

#include <string.h>

#include "intrinsics.h"

enum { BLOCK_ROWS = 4, PAIR_CONSTANTS = 2, ROW_CONSTANTS = 3 };

const mcuai_dsp_loops mcuai_dsp_loops_int8 = {
    .widen = mcuai_dsp_widen_s8,
    .gather = mcuai_dsp_gather_s8,
    .rows = mcuai_dsp_rows_s8,
    .entries = &mcuai_dsp_entries_s8,
    .step_shift = 1,
};

const mcuai_dsp_loops mcuai_dsp_loops_int4 = {
    .widen = mcuai_dsp_widen_s4,
    .gather = mcuai_dsp_gather_s4,
    .rows = mcuai_dsp_rows_s4,
    .entries = &mcuai_dsp_entries_s4,
    .step_shift = 1,
};

const mcuai_dsp_loops mcuai_dsp_loops_int2 = {
    .widen = mcuai_dsp_widen_s2,
    .gather = mcuai_dsp_gather_s2,
    .rows = mcuai_dsp_rows_s2,
    .entries = &mcuai_dsp_entries_s2,
    .step_shift = 2,
};

/* Steps that do not fill a round of the unrolled loop, of 2^n steps, enter it late; a remainder of
 * the depth goes first. */
static void set_entries(mcuai_dsp_run *run, const mcuai_dsp_entries *entries, uint32_t steps) {
    const uint32_t unroll = entries->unroll;
    uint32_t entry = run->requantize;
    run->round_end = steps > unroll ? entries->again : entry;
    if (steps > 0) {
        entry = entries->loop + ((0 - steps) & (unroll - 1)) * entries->step_bytes;
    }
    run->entry[1] = entry;
    run->entry[0] = run->remainder ? entries->half : entry;
}

/* Where the first block's scales lie if it has four rows, for a depth of so many fours. */
static const uint8_t *first_scale(const mcuai_dense *args, uint32_t fours) {
    return args->weights + 4 * BLOCK_ROWS + 2 * fours * (uint32_t)args->bits;
}

void mcuai_dsp_layer_open(mcuai_dsp_layer *layer, const mcuai_dense *args) {
    const mcuai_dsp_loops *loops = args->loops;
    const mcuai_dsp_entries *entries = loops->entries;
    const uint32_t fours = ((uint32_t)args->depth + 3) / 4;
    const uint32_t steps = fours >> loops->step_shift;
    layer->loops = *loops;
    layer->run.x = args->scratch;
    layer->run.x_end = layer->run.x + 2 * fours;
    layer->run.remainder = fours - (steps << loops->step_shift);
    if (args->bits != 8 || args->rows >= BLOCK_ROWS) {
        layer->run.requantize = mcuai_dsp_rounding(&entries->roundings, first_scale(args, fours),
                                                   args->activation_min >= args->output_zero_point);
        set_entries(&layer->run, entries, steps);
    }
    layer->sums = (mcuai_dsp_sums){0, 0};
    layer->tail_rows = (uint32_t)args->rows % BLOCK_ROWS;
    layer->whole_rows = (uint32_t)args->rows - layer->tail_rows;
    layer->clamps = args->activation_min > -128 || args->activation_max < 127;
    layer->plain = args->bits == 8 && layer->tail_rows == 0 && !layer->clamps;
    layer->args = args;
}

/* See the head of each rows_*.S for what its accumulators hold. */
static void set_sums(mcuai_dsp_layer *layer) {
    int32_t *sums = layer->run.sums;
    const int32_t neighbours = layer->sums.neighbours, values = layer->sums.values;
    layer->sums = (mcuai_dsp_sums){0, 0};
    if (layer->args->bits == 8) {
        sums[0] = -neighbours;
    } else if (layer->args->bits == 4) {
        sums[0] = -neighbours - 0x8 * values;
        sums[1] = -neighbours - 0x88 * values;
        sums[2] = -0x808 * values;
        sums[3] = -0x888 * values;
    } else {
        sums[0] = -8 * values;
    }
}

/* Two rows of int8 weights; returns their end. */
static const uint32_t *int8_pair(const uint32_t *w, const mcuai_dsp_run *run, int8_t y[2]) {
    uint32_t p = w[0] + (uint32_t)run->sums[0];
    uint32_t both = w[1];
    w += PAIR_CONSTANTS;
    for (const uint32_t *x = run->x; x != run->x_end; x += 2, w += 2) {
        both = mcuai_smlad(w[0], x[0], both);
        both = mcuai_smlad(w[1], x[1], both);
        p = mcuai_smlad(mcuai_sxtab16(x[1], w[0]), mcuai_sxtab16(x[0], w[1]), p);
    }
    const uint32_t exchanged =
        (((const uint8_t *)w)[SCALE_FLAGS] & SCALE_EXCHANGED) / SCALE_EXCHANGED;
    y[exchanged] = mcuai_dsp_scale(2 * p, w);
    y[exchanged ^ 1] = mcuai_dsp_scale((uint32_t)((int32_t)(both - p) >> 7), w + ROW_CONSTANTS);
    return w + 2 * ROW_CONSTANTS;
}

/* The rows after the last block of four. */
static void run_tail(const mcuai_dsp_layer *layer, const uint8_t *weights, int8_t *output) {
    int8_t y[BLOCK_ROWS];
    if (layer->args->bits == 8) {
        const uint32_t *pair = int8_pair((const uint32_t *)(const void *)weights, &layer->run, y);
        if (layer->tail_rows > 2) {
            int8_pair(pair, &layer->run, y + 2);
        }
    } else {
        mcuai_dsp_run run = layer->run;
        run.output = y;
        run.output_end = y + BLOCK_ROWS;
        layer->loops.rows(weights, &run);
    }
    memcpy(output, y, layer->tail_rows);
}

void mcuai_dsp_layer_run_any(mcuai_dsp_layer *layer, int8_t *output) {
    const mcuai_dense *args = layer->args;
    const uint8_t *weights = args->weights;
    set_sums(layer);
    layer->run.output = output;
    layer->run.output_end = output + layer->whole_rows;
    if (layer->whole_rows > 0) {
        weights = layer->loops.rows(weights, &layer->run);
    }
    if (layer->tail_rows > 0) {
        run_tail(layer, weights, output + layer->whole_rows);
    }
    if (layer->clamps) {
        mcuai_dsp_clamp(output, (uint32_t)args->rows, args->activation_min, args->activation_max);
    }
}

void mcuai_dsp_clamp(int8_t *y, uint32_t count, int32_t low, int32_t high) {
    if (low <= -128 && high >= 127) {
        return;
    }
    const uint32_t lows = (uint32_t)(uint8_t)low * 0x01010101u;
    const uint32_t highs = (uint32_t)(uint8_t)high * 0x01010101u;
    for (; count >= 4; count -= 4, y += 4) {
        mcuai_store4(y, mcuai_clamp4(mcuai_load4(y), lows, highs));
    }
    for (; count > 0; count--, y++) {
        *y = (int8_t)(*y < low ? low : *y > high ? high : *y);
    }
}

void mcuai_dense_dsp(const mcuai_dense *args) {
    mcuai_dsp_layer layer;
    mcuai_dsp_layer_open(&layer, args);
    layer.loops.widen(args->scratch, args->input, (uint32_t)args->depth, &layer.sums);
    mcuai_dsp_layer_run(&layer, args->output);
}

uint32_t mcuai_dense_dsp_scratch(const mcuai_dense *args) {
    return 2 * mcuai_dsp_round4((uint32_t)args->depth);
}
