/* Chunks of rows times one vector: the inner kernels of the RV32 family.
 *
 * Rows are cut into chunks of 16 (INT8) or 8 (INT4, INT2), then what is left into one chunk each of
 * 8, 4, 2 and 1 as its binary digits say. A chunk of 1 is stored as 2 rows, the second unused. */
#ifndef MCUAI_KERNELS_RV32_RUN_H
#define MCUAI_KERNELS_RV32_RUN_H

#include "../kernels.h"

/* The .S files know the order of the members. */
typedef struct {
    const uint8_t *weights;
    int8_t *output;
    const void *x, *x_end; /* of the vector, in the form that the kernels read */
    int32_t low, high;
    int32_t chunks;
    /* Only for four pixels: */
    int32_t pitch;      /* from one pixel of the output to the next */
    int32_t pair_bytes; /* of the starting sums and weights of a pair of rows */
    const uint8_t *records, *next;
    int32_t parts, pairs;
    /* Only for INT8 rows: past the last four of the depth, filled up with zeros, where that is not
     * x_end. */
    const int8_t *tail_end;
    int8_t tail[4];
} mcuai_rv32_run;

void mcuai_rv32_int8_16_rows(mcuai_rv32_run *run);
void mcuai_rv32_int8_8_rows(mcuai_rv32_run *run);
void mcuai_rv32_int8_4_rows(mcuai_rv32_run *run);
void mcuai_rv32_int8_2_rows(mcuai_rv32_run *run);
void mcuai_rv32_int4_8_rows(mcuai_rv32_run *run);
void mcuai_rv32_int4_4_rows(mcuai_rv32_run *run);
void mcuai_rv32_int4_2_rows(mcuai_rv32_run *run);
void mcuai_rv32_int2_8_rows(mcuai_rv32_run *run);
void mcuai_rv32_int2_4_rows(mcuai_rv32_run *run);
void mcuai_rv32_int2_2_rows(mcuai_rv32_run *run);
/* The same for four pixels. */
void mcuai_rv32_pixels_16_rows(mcuai_rv32_run *run);
void mcuai_rv32_pixels_8_or_4_rows(mcuai_rv32_run *run); /* of run->pairs */
void mcuai_rv32_pixels_2_rows(mcuai_rv32_run *run);

/* What the operators of one type of weights take for `loops`. */
typedef struct {
    /* Sets run->x, x_end and tail_end for a vector. INT8 is read in place, the others are widened
     * in scratch. */
    void (*prepare)(mcuai_rv32_run *run, const int8_t *x, int32_t depth, int32_t *scratch);
    /* For 1 << index rows; the widest is used for as many chunks as there are. */
    void (*rows[5])(mcuai_rv32_run *run);
    int32_t widest;
} mcuai_rv32_loops;

extern const mcuai_rv32_loops mcuai_rv32_loops_int8, mcuai_rv32_loops_int4, mcuai_rv32_loops_int2;

/* For convolutions: pixels is null where there are no kernels for four pixels. */
typedef struct {
    const mcuai_rv32_loops *rows;
    void (*pixels)(mcuai_rv32_run *run, const int8_t *const pixels[4], int32_t depth,
                   int32_t *scratch, int32_t rows);
} mcuai_rv32_conv_loops;

extern const mcuai_rv32_conv_loops mcuai_rv32_conv_loops_int8, mcuai_rv32_conv_loops_int4,
    mcuai_rv32_conv_loops_int2;

/* All rows times a prepared vector, from run->weights to run->output. */
void mcuai_rv32_run_rows(mcuai_rv32_run *run, const mcuai_rv32_loops *loops, int32_t rows);

/* All INT8 rows times four pixels, which are widened in scratch. */
void mcuai_rv32_run_pixels(mcuai_rv32_run *run, const int8_t *const pixels[4], int32_t depth,
                           int32_t *scratch, int32_t rows);

/* Runs all rows but the last of an odd number. Inline: it is called for every pixel. */
static inline void mcuai_rv32_run_chunks(mcuai_rv32_run *run,
                                         void (*const kernels[])(mcuai_rv32_run *run),
                                         int32_t widest, int32_t rows) {
    run->chunks = rows >> widest;
    if (run->chunks > 0) {
        kernels[widest](run);
    }
    const int32_t left = rows & ((1 << widest) - 2);
    for (int32_t log = widest - 1; left != 0 && log > 0; log--) {
        if (left >> log & 1) {
            run->chunks = 1;
            run->pairs = 1 << log >> 1;
            kernels[log](run);
        }
    }
}

/* Bytes that mcuai_rv32_run_pixels widens to. */
static inline uint32_t mcuai_rv32_widened_pixels_bytes(uint32_t depth) {
    return (depth + 3) / 4 * 48;
}

/* Bytes that `prepare` widens to. */
static inline uint32_t mcuai_rv32_widened_bytes(uint32_t depth, uint32_t bits) {
    const uint32_t group = bits == 4 ? 32 : 128;
    return bits == 8 ? 0 : (depth + 7) / 8 * 32 + (depth + group - 1) / group * 8;
}

#endif
