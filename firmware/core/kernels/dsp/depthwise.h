/* Depthwise convolution of the dsp layout: the ways to do it. */
#ifndef MCUAI_DSP_DEPTHWISE_H
#define MCUAI_DSP_DEPTHWISE_H

#include "dsp_kernels.h"

/* A group of four channels: bias of each, for each two taps the weights (channels 0 and 1 of both,
 * 2 and 3 of both), {multiplier, rounding, exponent} of each. */
enum { GROUP = 4, BIAS_BYTES = 16, SCALE_BYTES = 48 };

static inline uint32_t mcuai_dsp_tap_pairs(const mcuai_conv *args) {
    return ((uint32_t)(args->kernel_h * args->kernel_w) + 1) / 2;
}

/* Bytes of the weights of one group. */
static inline uint32_t mcuai_dsp_group_weights(const mcuai_conv *args) {
    return (mcuai_dsp_tap_pairs(args) * (uint32_t)args->bits + 3) & ~UINT32_C(3);
}

static inline bool mcuai_dsp_rectified(const mcuai_conv *args) {
    return args->activation_min >= args->output_zero_point;
}

/* Weights of `pairs` pairs of taps as int8, two words for each pair. */
void mcuai_dsp_unpack_group(uint32_t *to, const uint8_t *from, uint32_t pairs, uint32_t bits);

/* 3x3, stride 1, dilation 1, through int16 planes. Handles channels up to the last whole group of
 * four. */
bool mcuai_dsp_planes_fit(const mcuai_conv *args);
uint32_t mcuai_dsp_planes_scratch(const mcuai_conv *args);
void mcuai_dsp_depthwise_planes(const mcuai_conv *args);

#endif
