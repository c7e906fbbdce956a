/* Arguments of the assembly in depthwise.S, which reads them by offset. */
#ifndef MCUAI_MVE_DEPTHWISE_H
#define MCUAI_MVE_DEPTHWISE_H

#include <stdint.h>

/* `repeats` times over `blocks` blocks of 16 channels. The first block of each repeat has the
 * weights at `weights`. */
typedef struct {
    const int8_t *const *taps; /*  0: where each tap's input of the first output begins */
    const uint8_t *weights;    /*  4 */
    int8_t *output;            /*  8 */
    uint32_t repeats;          /* 12 */
    uint32_t blocks;           /* 16 */
    int32_t input_skip;        /* 20: added to the inputs' addresses after each repeat */
    int32_t output_skip;       /* 24 */
    uint32_t tap_groups;       /* 28: taps that share a vector of weights; pairs for INT8 */
    uint32_t lanes;            /* 32: channels of a partial block */
    uint32_t input_start;      /* 36: added to the inputs' addresses at first */
    uint32_t one;              /* 40: or 0 if the lanes of the shifts have the general form */
    uint32_t unused;           /* 44 */
    int16_t zero_point[8];     /* 48: of the output */
    int8_t low[16];            /* 64: the activation's range */
    int8_t high[16];           /* 80 */
} mcuai_mve_depthwise;

/* Any number of taps. */
void mcuai_mve_depthwise_8(const mcuai_mve_depthwise *args);
void mcuai_mve_depthwise_4(const mcuai_mve_depthwise *args);
void mcuai_mve_depthwise_2(const mcuai_mve_depthwise *args);
/* The same with only the first `lanes` channels of each block read and written. */
void mcuai_mve_depthwise_partial_8(const mcuai_mve_depthwise *args);
void mcuai_mve_depthwise_partial_4(const mcuai_mve_depthwise *args);
void mcuai_mve_depthwise_partial_2(const mcuai_mve_depthwise *args);
/* Nine taps, whole blocks, one = 1; input_start is not used. */
void mcuai_mve_depthwise_nine_8(const mcuai_mve_depthwise *args);

/* The above for one width of weights; `nine` is null where there is none. */
typedef struct {
    void (*whole)(const mcuai_mve_depthwise *args);
    void (*partial)(const mcuai_mve_depthwise *args);
    void (*nine)(const mcuai_mve_depthwise *args);
} mcuai_mve_depthwise_loops;

extern const mcuai_mve_depthwise_loops mcuai_mve_depthwise_loops_int8,
    mcuai_mve_depthwise_loops_int4, mcuai_mve_depthwise_loops_int2;

/* Where the taps of a pixel lie. */
typedef struct {
    const int8_t **taps;   /*  0: the table to fill */
    const int8_t *image;   /*  4 */
    uint32_t image_bytes;  /*  8 */
    const int8_t *padding; /* 12 */
    uint32_t row_bytes;    /* 16: of the image */
    uint32_t
        outer_bytes;   /* 20: of a row outside, which is at `padding`; 0 if padding is one pixel */
    uint32_t kernel_w; /* 24 */
    int32_t row_step;  /* 28: from a row of the kernel to the next */
    uint32_t kernel_h; /* 32 */
    int32_t tap_step;  /* 36: from a tap to the next */
    uint32_t spare_taps; /* 40: taps of padding, whose weights are zero; they read what the first
                            one reads */
} mcuai_mve_window;

/* Fills the table; `row` and `column` are distances in bytes, negative before the image. */
void mcuai_mve_point_taps(const mcuai_mve_window *window, int32_t row, int32_t column);

#endif
