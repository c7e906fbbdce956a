/* Depthwise kernels of any shape on a plane (plane.h), four outputs at a time. */
#include "plane.h"

static inline int8_t rounded(const mcuai_rv32_plane *plane, uint32_t sum) {
    /* As round_and_clamp and round_with_sign in run.inc. */
    int32_t sign = ((int32_t)sum >> 31) | 1;
    if (plane->shift == MCUAI_RV32_LEFT) {
        sum <<= plane->left;
        sign = 0;
    }
    const int32_t t = (int32_t)(((int64_t)(int32_t)(2 * sum) * (int64_t)plane->multiplier) >> 32);
    const uint32_t raised = (uint32_t)t + (uint32_t)sign + (uint32_t)plane->rounding;
    const int32_t y = (int32_t)raised >> plane->shift;
    return (int8_t)(y < plane->low ? plane->low : y > plane->high ? plane->high : y);
}

static inline void four_outputs(const mcuai_rv32_plane *plane, const int8_t *corner, int32_t stride,
                                int8_t *output) {
    const int8_t *weight = plane->weights;
    uint32_t sum0 = (uint32_t)plane->bias, sum1 = sum0, sum2 = sum0, sum3 = sum0;
    for (int32_t line = 0; line < plane->kernel_lines; line++, corner += plane->tap_line_step) {
        const int8_t *x = corner;
        const int8_t *const end = weight + plane->kernel_taps;
        for (; weight != end; weight++, x += plane->tap_step) {
            sum0 += (uint32_t)(*weight * x[0]);
            sum1 += (uint32_t)(*weight * x[stride]);
            sum2 += (uint32_t)(*weight * x[2 * stride]);
            sum3 += (uint32_t)(*weight * x[3 * stride]);
        }
    }
    output[0] = rounded(plane, sum0);
    output[plane->output_step] = rounded(plane, sum1);
    output[2 * plane->output_step] = rounded(plane, sum2);
    output[3 * plane->output_step] = rounded(plane, sum3);
}

static inline int8_t one_output(const mcuai_rv32_plane *plane, const int8_t *corner) {
    const int8_t *weight = plane->weights;
    uint32_t sum = (uint32_t)plane->bias;
    for (int32_t line = 0; line < plane->kernel_lines; line++, corner += plane->tap_line_step) {
        const int8_t *x = corner;
        const int8_t *const end = weight + plane->kernel_taps;
        for (; weight != end; weight++, x += plane->tap_step) {
            sum += (uint32_t)(*weight * *x);
        }
    }
    return rounded(plane, sum);
}

void mcuai_rv32_depthwise_any(mcuai_rv32_plane *args) {
    /* A copy, which stores to the output cannot change: constants may stay in registers. */
    const mcuai_rv32_plane copy = *args;
    const mcuai_rv32_plane *const plane = &copy;
    const int8_t *line = plane->plane;
    int8_t *output_line = plane->output;
    for (int32_t i = 0; i < plane->lines; i++) {
        const int8_t *corner = line;
        int8_t *output = output_line;
        int32_t left = plane->line_count;
        for (; left >= 4; left -= 4, corner += 4 * plane->stride) {
            if (plane->stride == 1) {
                four_outputs(plane, corner, 1, output);
            } else {
                four_outputs(plane, corner, plane->stride, output);
            }
            output += 4 * plane->output_step;
        }
        for (; left > 0; left--, corner += plane->stride, output += plane->output_step) {
            *output = one_output(plane, corner);
        }
        line += plane->line_pitch;
        output_line += plane->output_line;
    }
}
