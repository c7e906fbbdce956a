/* Inner loops of the Armv7E-M kernels, and the little that their drivers in C share. */
#ifndef MCUAI_DSP_KERNELS_H
#define MCUAI_DSP_KERNELS_H

#include <stdbool.h>

#include "../kernels.h"

/* What one run of mcuai_dsp_rows_* works on. The assembly copies it to its stack, so the order is
 * fixed. */
typedef struct {
    int8_t *output;     /* of the first row */
    int8_t *output_end; /* past the last block of four rows */
    const uint32_t *x;  /* activations as int16, of each four the pairs (0, 2) and (1, 3) */
    int32_t sums[4];    /* what the activations alone add to the accumulators of each block */
    const uint32_t *x_end;
    uint32_t entry[2];   /* where the unrolled loop is entered for this depth */
    uint32_t requantize; /* address of the rounding that suffices */
    uint32_t round_end;  /* where to go at the end of a round: the same, or to another round */
    uint32_t remainder;  /* int2: fours of the depth beyond the last sixteen */
} mcuai_dsp_run;

/* Addresses of the ways to round: any outputs; those that are clamped to the zero point or above;
 * any outputs by scales of the general form. */
typedef struct {
    uint32_t exact, rectified, general;
} mcuai_dsp_roundings;

/* Addresses inside mcuai_dsp_rows_*. */
typedef struct {
    uint32_t loop, step_bytes, unroll, half, again;
    mcuai_dsp_roundings roundings;
} mcuai_dsp_entries;

/* Byte 11 of a row's scale: 1 in layers of the general form, 2 if the row changed places with the
 * next, 128 without a shift to the right. */
enum { SCALE_FLAGS = 11, SCALE_EXCHANGED = 2 };

/* By the layer's first scale. */
static inline uint32_t mcuai_dsp_rounding(const mcuai_dsp_roundings *roundings,
                                          const uint8_t *scale, bool rectified) {
    return scale[SCALE_FLAGS] != 0 ? roundings->general
           : rectified             ? roundings->rectified
                                   : roundings->exact;
}

/* Blocks of four rows of int8, int4 or int2 weights; results saturated to int8. Returns the end of
 * what it read of the weights. */
const uint8_t *mcuai_dsp_rows_s8(const uint8_t *weights, const mcuai_dsp_run *run);
const uint8_t *mcuai_dsp_rows_s4(const uint8_t *weights, const mcuai_dsp_run *run);
const uint8_t *mcuai_dsp_rows_s2(const uint8_t *weights, const mcuai_dsp_run *run);
extern const mcuai_dsp_entries mcuai_dsp_entries_s8, mcuai_dsp_entries_s4, mcuai_dsp_entries_s2;

/* Sums over one vector of activations. */
typedef struct {
    int32_t neighbours; /* of the products of elements 2i and 2i + 1 */
    int32_t values;
} mcuai_dsp_sums;

/* Widens count int8 to int16 at x in the order above, with zeros up to a multiple of four, and adds
 * to the sums; x may lie before the source and overlap it if at least count, rounded up to 4,
 * separates their starts. Returns the end of x. For int8 weights only `neighbours` is summed. For
 * int2 weights elements are 4 * (value + 128) and only `values` is summed. */
uint32_t *mcuai_dsp_widen_s8(uint32_t *x, const int8_t *source, uint32_t count,
                             mcuai_dsp_sums *sums);
uint32_t *mcuai_dsp_widen_s4(uint32_t *x, const int8_t *source, uint32_t count,
                             mcuai_dsp_sums *sums);
uint32_t *mcuai_dsp_widen_s2(uint32_t *x, const int8_t *source, uint32_t count,
                             mcuai_dsp_sums *sums);

/* The window of one output pixel in a ring of input rows. The assembly reads it, so the order is
 * fixed. */
typedef struct {
    const uint8_t *row; /* the window's part of its first row */
    uint32_t run;       /* elements of each row */
    uint32_t rows;
    uint32_t pitch; /* bytes from row to row; at or past the end go back by `size` */
    const uint8_t *end;
    uint32_t size;
} mcuai_dsp_window;

/* A widened window from widened rows, pixels being whole words; adds to the sums as
 * mcuai_dsp_widen_* does. */
void mcuai_dsp_gather_s8(uint32_t *x, const mcuai_dsp_window *window, mcuai_dsp_sums *sums);
void mcuai_dsp_gather_s4(uint32_t *x, const mcuai_dsp_window *window, mcuai_dsp_sums *sums);
void mcuai_dsp_gather_s2(uint32_t *x, const mcuai_dsp_window *window, mcuai_dsp_sums *sums);
/* The bytes of a window; reads and writes up to three more than there are. */
void mcuai_dsp_collect(int8_t *to, const mcuai_dsp_window *window);

/* The inner loops for one width of weights. */
typedef struct {
    uint32_t *(*widen)(uint32_t *x, const int8_t *source, uint32_t count, mcuai_dsp_sums *sums);
    void (*gather)(uint32_t *x, const mcuai_dsp_window *window, mcuai_dsp_sums *sums);
    const uint8_t *(*rows)(const uint8_t *weights, const mcuai_dsp_run *run);
    const mcuai_dsp_entries *entries;
    uint32_t step_shift; /* fours of the depth in a step: 2^n */
} mcuai_dsp_loops;

extern const mcuai_dsp_loops mcuai_dsp_loops_int8, mcuai_dsp_loops_int4, mcuai_dsp_loops_int2;

/* Rows of weights made ready for any number of vectors. */
typedef struct {
    mcuai_dsp_run run;
    mcuai_dsp_sums sums; /* of the vector at run.x; 0 before it is widened */
    mcuai_dsp_loops loops;
    uint32_t whole_rows; /* in blocks of four */
    uint32_t tail_rows;
    bool clamps;
    bool plain; /* int8, whole blocks, no clamp: the usual case, made short for small layers */
    const mcuai_dense *args;
} mcuai_dsp_layer;

static inline uint32_t mcuai_dsp_round4(uint32_t depth) {
    return (depth + 3) & ~UINT32_C(3);
}

/* args->scratch receives the widened vector; its input is not looked at. */
void mcuai_dsp_layer_open(mcuai_dsp_layer *layer, const mcuai_dense *args);
void mcuai_dsp_layer_run_any(mcuai_dsp_layer *layer, int8_t *output);

/* Multiplies the vector at run.x, writes all rows and sets the sums to 0. */
static inline void mcuai_dsp_layer_run(mcuai_dsp_layer *layer, int8_t *output) {
    if (!layer->plain) {
        mcuai_dsp_layer_run_any(layer, output);
        return;
    }
    layer->run.output = output;
    layer->run.output_end = output + layer->whole_rows;
    layer->run.sums[0] = -layer->sums.neighbours;
    layer->sums.neighbours = 0;
    layer->loops.rows(layer->args->weights, &layer->run);
}

/* Clamps count bytes in place. */
void mcuai_dsp_clamp(int8_t *y, uint32_t count, int32_t low, int32_t high);

#endif
