/* Depthwise convolution of one channel, gathered into a plane of bytes with its padding. */
#ifndef MCUAI_KERNELS_RV32_PLANE_H
#define MCUAI_KERNELS_RV32_PLANE_H

#include "../kernels.h"

/* The plane's lines of `line_count` outputs run along its bytes; the kernel is `kernel_lines` by
 * `kernel_taps`. depthwise_3x3.S knows the order of the members down to `high`. */
typedef struct {
    const int8_t *plane;
    int32_t pitch;      /* from one line of the plane to the next */
    int32_t line_pitch; /* from the first line of one line of outputs to that of the next */
    int8_t *output;
    int32_t output_step;
    int32_t output_span; /* line_count * output_step */
    int32_t output_line;
    int32_t lines;
    const int8_t *weights; /* [kernel_lines][kernel_taps] */
    int32_t bias;
    uint32_t multiplier; /* doubled */
    int32_t rounding, shift;
    int32_t low, high;
    int32_t line_count, stride, kernel_lines, kernel_taps, tap_step, tap_line_step;
    int32_t left; /* shift to the left; only for mcuai_rv32_depthwise_any */
} mcuai_rv32_plane;

/* `shift` of rows that shift to the left, if by 0, and of no others. */
#define MCUAI_RV32_LEFT 1

/* Kernels of 3 by 3 without dilation, by the stride along a line, for rows that shift to the right.
 * They change plane, output and lines. */
void mcuai_rv32_depthwise_3x3_stride1(mcuai_rv32_plane *plane);
void mcuai_rv32_depthwise_3x3_stride2(mcuai_rv32_plane *plane);

/* Any other kernel. */
void mcuai_rv32_depthwise_any(mcuai_rv32_plane *plane);

#endif
