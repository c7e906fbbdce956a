/* Chunks of rows times one widened vector: the inner kernels of the RV32 family.
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
    const int32_t *x;
    const int32_t *x_end;
    int32_t low, high;
    int32_t chunks;
    /* Only for four pixels: */
    int32_t pitch;      /* from one pixel of the output to the next */
    int32_t pair_bytes; /* of the starting sums and weights of a pair of rows */
    const uint8_t *records, *next;
    int32_t parts;
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
void mcuai_rv32_pixels_8_rows(mcuai_rv32_run *run);
void mcuai_rv32_pixels_4_rows(mcuai_rv32_run *run);
void mcuai_rv32_pixels_2_rows(mcuai_rv32_run *run);

/* All rows, from run->weights to run->output; run->x and run->x_end as mcuai_rv32_widen left them.
 */
void mcuai_rv32_run_rows(mcuai_rv32_run *run, int32_t rows, int32_t bits);

/* All INT8 rows times four pixels, widened by mcuai_rv32_widen_pixels. */
void mcuai_rv32_run_pixels(mcuai_rv32_run *run, int32_t rows);

/* A vector in the form that the inner kernels read; returns its end. */
int32_t *mcuai_rv32_widen(const int8_t *x, int32_t depth, int32_t bits, int32_t *widened);

/* Four vectors in the form that the kernels for four pixels read; returns the end. */
int32_t *mcuai_rv32_widen_pixels(const int8_t *const pixels[4], int32_t depth, int32_t *widened);

/* Bytes that mcuai_rv32_widen_pixels writes. */
static inline uint32_t mcuai_rv32_widened_pixels_bytes(uint32_t depth) {
    return (depth + 3) / 4 * 48;
}

/* Bytes that mcuai_rv32_widen writes. */
static inline uint32_t mcuai_rv32_widened_bytes(uint32_t depth, uint32_t bits) {
    if (bits == 8) {
        return (depth + 3) / 4 * 24;
    }
    const uint32_t group = bits == 4 ? 32 : 128;
    return (depth + 7) / 8 * 32 + (depth + group - 1) / group * 8;
}

#endif
