/* Arguments of the assembly in matrix.S, which reads them by offset. */
#ifndef MCUAI_MVE_MATRIX_H
#define MCUAI_MVE_MATRIX_H

#include <stdint.h>

#include "../kernels.h"

#define MCUAI_MVE_ROWS  4  /* rows of weights in a block */
#define MCUAI_MVE_LANES 16 /* depth of a chunk, bytes of a vector */

/* Lanes of a layer's shifts are minus the exponents of divisions or, for none, INT32_MIN. If any
 * row shifts to the left, all have the general form: the exponent negated in byte 0, the shift to
 * the left in byte 1, 1 in byte 2, and the top bit set if the exponent is not 0. Byte 2 is 0 or
 * 0xff in the first form. */
static inline int mcuai_mve_is_general(int32_t shift_lane) {
    return ((uint32_t)shift_lane >> 16 & 0xff) == 1;
}

typedef struct {
    uint32_t depth_bytes;   /*   0: depth rounded up to 16 */
    int32_t pixel_step;     /*   4: from pixel 0's output, 4 bytes on, to pixel 1's */
    int32_t zero_point;     /*   8: of the output */
    int32_t one;            /*  12: or 0 if the lanes of the shifts have the general form */
    const uint8_t *end;     /*  16: of the weights */
    uint32_t entry;         /*  20: kept by the assembly */
    const uint8_t *weights; /*  24 */
    const int8_t *x0, *x1;  /*  28, 32: depth_bytes each */
    int8_t *output;         /*  36 */
    uint32_t pairs;         /*  40: of pixels; rows must fill their blocks if more than 1 */
    uint32_t later_chunks;  /*  44: chunks of the depth after the first */
    int32_t field_shift[4]; /*  48: minus the position in its byte of each row's field */
    int32_t offset0[4];     /*  64: what the stored offset of sub-byte weights takes from pixel 0 */
    int32_t offset1[4];     /*  80: and from pixel 1 */
    int32_t low[4];         /*  96: the activation's range */
    int32_t high[4];        /* 112 */
    /* Where two pixels' inputs are copied from; ignored if gather_rows is 0. */
    const int8_t *source; /* 128: of the first pixel */
    int32_t source_step;  /* 132: to the next pixel */
    uint32_t gather_rows; /* 136 */
    uint32_t row_bytes;   /* 140 */
    uint32_t row_excess;  /* 144: row_bytes rounded up to 16, minus row_bytes */
    int32_t row_advance;  /* 148: from row_bytes rounded up behind a row's start to the next row */
    uint32_t loops;       /* 152: kept by the assembly */
} mcuai_mve_matrix;

/* All blocks of rows up to `end`, times one pixel or pairs of pixels. Each block writes 4 bytes per
 * pixel. */
void mcuai_mve_matrix1_8(mcuai_mve_matrix *args);
void mcuai_mve_matrix1_4(mcuai_mve_matrix *args);
void mcuai_mve_matrix1_2(mcuai_mve_matrix *args);
void mcuai_mve_matrix2_8(mcuai_mve_matrix *args);
void mcuai_mve_matrix2_single_8(mcuai_mve_matrix *args); /* depth_bytes = 16, one = 1 */
void mcuai_mve_matrix2_4(mcuai_mve_matrix *args);
void mcuai_mve_matrix2_2(mcuai_mve_matrix *args);

/* The above for one width of weights; `single` is null where there is none. */
typedef struct {
    void (*one)(mcuai_mve_matrix *args);
    void (*two)(mcuai_mve_matrix *args);
    void (*single)(mcuai_mve_matrix *args);
} mcuai_mve_loops;

extern const mcuai_mve_loops mcuai_mve_loops_int8, mcuai_mve_loops_int4, mcuai_mve_loops_int2;

typedef struct {
    mcuai_mve_matrix args;
    const mcuai_mve_loops *loops;
    uint32_t rows, bits;
    const uint8_t *weights; /* the blob */
    uint32_t block_bytes;
} mcuai_mve_product;

/* Prepare for a blob of `rows` x `depth` weights of `bits`; product->loops is set. */
void mcuai_mve_product_begin(mcuai_mve_product *product, const uint8_t *weights, uint32_t rows,
                             uint32_t depth, uint32_t bits);
void mcuai_mve_product_output(mcuai_mve_product *product, int32_t zero_point, int32_t low,
                              int32_t high);

/* Rows times `pairs` pairs of pixels, of which each has args.gather_rows rows in the input; x as
 * below. Only for rows in whole blocks. */
void mcuai_mve_product_run(mcuai_mve_product *product, const int8_t *source, uint32_t pairs,
                           const int8_t *x, int8_t *output);

/* Rows times one vector, or two that follow each other at x; depth_bytes each, 16-byte aligned. */
void mcuai_mve_product_one(mcuai_mve_product *product, const int8_t *x, int8_t *output);
void mcuai_mve_product_two(mcuai_mve_product *product, const int8_t *x, int8_t *output);

/* Copies in vectors; count may be 0. */
static inline void mcuai_mve_copy(int8_t *to, const int8_t *from, uint32_t count) {
    __asm__ volatile("wlstp.8 lr, %2, 2f\n"
                     "1: vldrb.8 q0, [%1], #16\n"
                     "vstrb.8 q0, [%0], #16\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+r"(to), "+r"(from)
                     : "r"(count)
                     : "lr", "q0", "memory");
}

static inline void mcuai_mve_fill(int8_t *to, int32_t value, uint32_t count) {
    __asm__ volatile("vdup.8 q0, %1\n"
                     "wlstp.8 lr, %2, 2f\n"
                     "1: vstrb.8 q0, [%0], #16\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+r"(to)
                     : "r"(value), "r"(count)
                     : "lr", "q0", "memory");
}

#endif
