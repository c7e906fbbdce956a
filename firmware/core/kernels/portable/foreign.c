/* Kernels that read another family's weights element by element. */
#include "foreign.h"

#include "rows.h"
#include "window.h"

void mcuai_dense_foreign(const mcuai_dense *args) {
    const mcuai_row_reader *reader = args->loops;
    mcuai_row row = {
        .weights = args->weights,
        .rows = (uint32_t)args->rows,
        .depth = (uint32_t)args->depth,
        .bits = (uint32_t)args->bits,
        .output_zero_point = args->output_zero_point,
    };
    for (; row.row < row.rows; row.row++) {
        reader->row(&row);
        uint32_t sum = (uint32_t)row.record.bias;
        for (uint32_t k = 0; k < row.depth; k++) {
            sum += (uint32_t)(reader->weight(&row, k) * args->input[k]);
        }
        args->output[row.row] = mcuai_row_output(sum, &row.record, args->output_zero_point,
                                                 args->activation_min, args->activation_max);
    }
}

void mcuai_conv2d_foreign(const mcuai_conv *args) {
    int8_t *patch = args->scratch;
    mcuai_dense pixel = {
        .rows = args->out_c,
        .depth = args->kernel_h * args->kernel_w * args->in_c,
        .bits = args->bits,
        .output_zero_point = args->output_zero_point,
        .activation_min = args->activation_min,
        .activation_max = args->activation_max,
        .weights = args->weights,
        .input = patch,
        .output = args->output,
        .loops = args->loops,
    };
    for (int32_t oy = 0; oy < args->out_h; oy++) {
        for (int32_t ox = 0; ox < args->out_w; ox++) {
            mcuai_gather_window(args, oy, ox, patch);
            mcuai_dense_foreign(&pixel);
            pixel.output += args->out_c;
        }
    }
}

/* One output of a depthwise row: the window with its corner at (y, x) of the row's channel. */
static uint32_t window_sum(const mcuai_conv *args, const mcuai_row_reader *reader,
                           const mcuai_row *row, int32_t y, int32_t x) {
    const uint32_t channel = row->row / (uint32_t)(args->out_c / args->in_c);
    uint32_t sum = (uint32_t)row->record.bias;
    for (uint32_t k = 0; k < row->depth; k++) {
        const int32_t tap_y = y + (int32_t)k / args->kernel_w * args->dilation_h;
        const int32_t tap_x = x + (int32_t)k % args->kernel_w * args->dilation_w;
        int32_t tap = args->input_zero_point;
        if (tap_y >= 0 && tap_y < args->in_h && tap_x >= 0 && tap_x < args->in_w) {
            tap = args->input[(uint32_t)((tap_y * args->in_w + tap_x) * args->in_c) + channel];
        }
        sum += (uint32_t)(reader->weight(row, k) * tap);
    }
    return sum;
}

void mcuai_depthwise_foreign(const mcuai_conv *args) {
    const mcuai_row_reader *reader = args->loops;
    mcuai_row row = {
        .weights = args->weights,
        .rows = (uint32_t)args->out_c,
        .depth = (uint32_t)(args->kernel_h * args->kernel_w),
        .bits = (uint32_t)args->bits,
        .output_zero_point = args->output_zero_point,
    };
    for (; row.row < row.rows; row.row++) {
        reader->row(&row);
        int8_t *output = args->output + row.row;
        for (int32_t oy = 0; oy < args->out_h; oy++) {
            for (int32_t ox = 0; ox < args->out_w; ox++, output += args->out_c) {
                const uint32_t sum =
                    window_sum(args, reader, &row, oy * args->stride_h - args->pad_top,
                               ox * args->stride_w - args->pad_left);
                *output = mcuai_row_output(sum, &row.record, args->output_zero_point,
                                           args->activation_min, args->activation_max);
            }
        }
    }
}
