/* Dense layers of the dsp layout: prepares and finishes runs of the row kernels. */
#include "dsp_kernels.h"

#include <string.h>

#include "intrinsics.h"

enum { BLOCK_ROWS = 4, PAIR_CONSTANTS = 2, ROW_CONSTANTS = 3 };

static const mcuai_dsp_entries *entries_of(int32_t bits) {
    return bits == 8   ? &mcuai_dsp_entries_s8
           : bits == 4 ? &mcuai_dsp_entries_s4
                       : &mcuai_dsp_entries_s2;
}

void mcuai_dsp_layer_open(mcuai_dsp_layer *layer, const mcuai_dense *args) {
    const mcuai_dsp_entries *entries = entries_of(args->bits);
    const uint32_t fours = mcuai_dsp_round4((uint32_t)args->depth) / 4;
    const uint32_t per_step = args->bits == 2 ? 4 : 2;
    const uint32_t steps = fours / per_step;
    mcuai_dsp_run *run = &layer->run;
    run->x = args->scratch;
    run->x_end = run->x + 2 * fours;
    run->remainder = fours % per_step;
    /* Steps that do not fill a round enter the round late; the depth's remainder goes first. */
    run->entry[1] = entries->done;
    if (steps > 0) {
        run->entry[1] = entries->loop + (0 - steps) % entries->unroll * entries->step_bytes;
    }
    run->entry[0] = run->remainder ? entries->half : run->entry[1];
    run->requantize =
        args->activation_min >= args->output_zero_point ? entries->rectified : entries->exact;
    layer->sums = (mcuai_dsp_sums){0, 0};
    layer->widen = args->bits == 8   ? mcuai_dsp_widen_s8
                   : args->bits == 4 ? mcuai_dsp_widen_s4
                                     : mcuai_dsp_widen_s2;
    layer->args = args;
}

/* See the head of each rows_*.S for what its accumulators hold. */
static void set_sums(mcuai_dsp_layer *layer) {
    int32_t *sums = layer->run.sums;
    const int32_t neighbours = layer->sums.neighbours, values = layer->sums.values;
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
    layer->sums = (mcuai_dsp_sums){0, 0};
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
    y[0] = mcuai_dsp_scale(2 * p, w);
    y[1] = mcuai_dsp_scale((uint32_t)((int32_t)(both - p) >> 7), w + ROW_CONSTANTS);
    return w + 2 * ROW_CONSTANTS;
}

/* The rows after the last block of four. */
static void run_tail(const mcuai_dsp_layer *layer, const uint8_t *weights, int8_t *output,
                     uint32_t rows) {
    int8_t y[BLOCK_ROWS];
    if (layer->args->bits == 8) {
        const uint32_t *pair = int8_pair((const uint32_t *)(const void *)weights, &layer->run, y);
        if (rows > 2) {
            int8_pair(pair, &layer->run, y + 2);
        }
    } else {
        mcuai_dsp_run run = layer->run;
        run.output = y;
        run.output_end = y + BLOCK_ROWS;
        (layer->args->bits == 4 ? mcuai_dsp_rows_s4 : mcuai_dsp_rows_s2)(weights, &run);
    }
    memcpy(output, y, rows);
}

void mcuai_dsp_layer_run(mcuai_dsp_layer *layer, int8_t *output) {
    const mcuai_dense *args = layer->args;
    const uint8_t *weights = args->weights;
    const uint32_t tail = (uint32_t)args->rows % BLOCK_ROWS;
    mcuai_dsp_run *run = &layer->run;
    set_sums(layer);
    run->output = output;
    run->output_end = output + (uint32_t)args->rows - tail;
    if (run->output_end != output) {
        weights = args->bits == 8   ? mcuai_dsp_rows_s8(weights, run)
                  : args->bits == 4 ? mcuai_dsp_rows_s4(weights, run)
                                    : mcuai_dsp_rows_s2(weights, run);
    }
    if (tail > 0) {
        run_tail(layer, weights, run->output_end, tail);
    }
    mcuai_dsp_clamp(output, (uint32_t)args->rows, args->activation_min, args->activation_max);
}

void mcuai_dsp_clamp(int8_t *y, uint32_t count, int32_t low, int32_t high) {
    if (low <= -128 && high >= 127) {
        return;
    }
    const uint32_t lows = (uint32_t)(uint8_t)low * 0x01010101u;
    const uint32_t highs = (uint32_t)(uint8_t)high * 0x01010101u;
    for (; count >= 4; count -= 4, y += 4) {
        uint32_t v;
        memcpy(&v, y, 4);
        v = mcuai_clamp4(v, lows, highs);
        memcpy(y, &v, 4);
    }
    for (; count > 0; count--, y++) {
        *y = (int8_t)(*y < low ? low : *y > high ? high : *y);
    }
}

void mcuai_dense_dsp(const mcuai_dense *args) {
    mcuai_dsp_layer layer;
    mcuai_dsp_layer_open(&layer, args);
    layer.widen(args->scratch, args->input, (uint32_t)args->depth, &layer.sums);
    mcuai_dsp_layer_run(&layer, args->output);
}

uint32_t mcuai_dense_dsp_scratch(const mcuai_dense *args) {
    return 2 * mcuai_dsp_round4((uint32_t)args->depth);
}
