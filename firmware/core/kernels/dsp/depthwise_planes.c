/* 3x3 depthwise convolution, stride 1 or 2: four channels at a time become planes of int16, a strip
 * of rows at a time. Reads a strip's input before it writes the strip, so each channel keeps the
 * order that kernels.h asks for. */
#include "depthwise.h"
#include "intrinsics.h"

enum { PAIRS = 5, KERNEL = 3, STRIP_BYTES = 4096, NARROWEST = 4, WIDEST = 64 };
enum { WEIGHT_WORDS = 6, SCALE_WORDS = 3 };

/* What mcuai_dsp_plane_* works on, in its order. */
typedef struct {
    uint32_t scale[SCALE_WORDS];
    int8_t *store;
    uint32_t column_pitch, row_pitch; /* the assembly's own */
    uint32_t plane_pitch;             /* bytes from pair of rows to pair of rows */
    uint32_t end;                     /* the assembly's own */
    uint32_t bias;
    uint32_t rectified;
    uint32_t single;     /* the assembly's own */
    uint32_t columns;    /* pairs of output columns */
    uint32_t full_bytes; /* of the plane, for the whole pairs of output rows */
    uint32_t odd_column; /* 1: the last pair of columns is one */
    uint32_t odd_row;
    const uint32_t *plane;
    int8_t *output;
    uint32_t full_column_pitch, full_row_pitch;
} plane_run;

/* What mcuai_dsp_planes_from_rows works on, in its order. */
typedef struct {
    const int8_t *rows[2];
    uint32_t pixel_pitch;
    uint32_t row_bytes; /* pixels used times the pitch */
    uint32_t padding;   /* four zero points */
    uint32_t pad_left;
    uint32_t *plane;
} plane_source;

void mcuai_dsp_plane_stride1(const plane_run *run, const uint32_t *weights);
void mcuai_dsp_plane_stride2(const plane_run *run, const uint32_t *weights);
void mcuai_dsp_planes_from_rows(const plane_source *source, uint32_t plane_bytes);

/* Sizes in pairs of pixels: columns of a plane, rows of a strip's planes. */
typedef struct {
    uint32_t columns, rows;
    uint32_t output_rows; /* of a strip */
} plane_size;

static plane_size size_of(const mcuai_conv *args) {
    const uint32_t stride = (uint32_t)args->stride_w;
    const uint32_t pairs_h = ((uint32_t)args->out_h + 1) / 2;
    plane_size size = {.columns = ((uint32_t)args->out_w + 1) / 2 * stride + 1};
    const uint32_t most = STRIP_BYTES / (GROUP * 8 * size.columns);
    const uint32_t pairs = most > stride ? (most - 1) / stride : 1;
    size.output_rows = 2 * (pairs < pairs_h ? pairs : pairs_h);
    size.rows = size.output_rows / 2 * stride + 1;
    return size;
}

bool mcuai_dsp_planes_fit(const mcuai_conv *args) {
    return args->kernel_h == KERNEL && args->kernel_w == KERNEL && args->dilation_h == 1 &&
           args->dilation_w == 1 && args->stride_h == args->stride_w &&
           (args->stride_h == 1 || args->stride_h == 2) && args->pad_top <= 1 &&
           args->pad_left <= 1 && args->in_c == args->out_c && args->in_c % GROUP == 0 &&
           args->out_w >= NARROWEST && args->out_w <= WIDEST;
}

uint32_t mcuai_dsp_planes_scratch(const mcuai_conv *args) {
    const plane_size size = size_of(args);
    return GROUP * 8 * size.columns * size.rows;
}

/* One row of the four planes, every other word, becomes padding. */
static void pad_row(uint32_t *row, uint32_t plane_words, uint32_t columns, uint32_t pixels) {
    for (uint32_t *end = row + 2 * columns; row != end; row += 2) {
        row[0] = pixels;
        row[plane_words] = pixels;
        row[2 * plane_words] = pixels;
        row[3 * plane_words] = pixels;
    }
}

/* Planes of the channels from `input` on, from image row y on. */
static void fill_planes(const mcuai_conv *args, const plane_size *size, const int8_t *input,
                        int32_t y) {
    const uint32_t zero = (uint8_t)args->input_zero_point;
    const uint32_t pixels = ((uint32_t)args->input_zero_point & 0xffff) * 0x10001u;
    const uint32_t plane_words = 2 * size->columns * size->rows;
    const int32_t most = (int32_t)(2 * size->columns) - args->pad_left;
    const uint32_t row_bytes = (uint32_t)(args->in_w * args->in_c);
    uint32_t *plane = args->scratch;
    plane_source source = {
        .pixel_pitch = (uint32_t)args->in_c,
        .row_bytes = (uint32_t)((args->in_w < most ? args->in_w : most) * args->in_c),
        .padding = zero * 0x01010101u,
        .pad_left = (uint32_t)args->pad_left,
    };
    for (uint32_t n = 0; n < size->rows; n++, y += 2, plane += 2 * size->columns) {
        const bool inside[2] = {y >= 0 && y < args->in_h, y + 1 >= 0 && y + 1 < args->in_h};
        if (inside[0] || inside[1]) {
            /* A row outside is read as its neighbour, then made padding. */
            source.rows[0] = input + (inside[0] ? (uint32_t)y : (uint32_t)(y + 1)) * row_bytes;
            source.rows[1] = input + (inside[1] ? (uint32_t)(y + 1) : (uint32_t)y) * row_bytes;
            source.plane = plane;
            mcuai_dsp_planes_from_rows(&source, 4 * plane_words);
        }
        for (uint32_t r = 0; r < 2; r++) {
            if (!inside[r]) {
                pad_row(plane + r, plane_words, size->columns, pixels);
            }
        }
    }
}

/* Doubled weights of one channel as the registers of mcuai_dsp_plane_*; `pairs` are its taps two by
 * two. */
static void pair_weights(uint32_t *to, const uint32_t pairs[PAIRS]) {
    to[0] = pairs[0];
    to[1] = pairs[0] >> 16 | pairs[1] << 16;
    to[2] = pairs[1] >> 16 | pairs[2] << 16;
    to[3] = pairs[2];
    to[4] = pairs[3];
    to[5] = pairs[3] >> 16 | pairs[4] << 16;
}

/* The group's weights for mcuai_dsp_plane_*, from int8: channels 0 and 1 of two taps in a word,
 * then 2 and 3. */
static void expand_weights(uint32_t (*to)[WEIGHT_WORDS], const uint32_t *int8) {
    for (uint32_t half = 0; half < 2; half++, to += 2) {
        uint32_t even[PAIRS], odd[PAIRS];
        for (uint32_t n = 0; n < PAIRS; n++) {
            const uint32_t w = int8[2 * n + half];
            const uint32_t even_pair = mcuai_sxtb16(w), odd_pair = mcuai_sxtb16(w >> 8);
            even[n] = mcuai_sadd16(even_pair, even_pair);
            odd[n] = mcuai_sadd16(odd_pair, odd_pair);
        }
        pair_weights(to[0], even);
        pair_weights(to[1], odd);
    }
}

/* Doubled weights to the left, which the encoder proved to fit. */
static void shift_weights(uint32_t to[WEIGHT_WORDS], uint32_t left) {
    const uint32_t crossing = (mcuai_lsl(1, left) - 1) << 16;
    for (uint32_t n = 0; n < WEIGHT_WORDS; n++) {
        to[n] = mcuai_lsl(to[n], left) & ~crossing;
    }
}

/* What else a scale of the general form asks for: a shift to the left, and no regard to the sign
 * without one to the right. */
static void set_general(plane_run *run, uint32_t form, bool rectified) {
    run->bias = mcuai_lsl(run->bias, form >> 16);
    run->rectified = rectified || form >> 31 != 0;
}

/* Four channels, all strips. */
static void run_group(const mcuai_conv *args, const plane_size *size, plane_run *run,
                      const uint8_t *group, uint32_t channel) {
    const uint32_t weight_bytes = mcuai_dsp_group_weights(args);
    const uint32_t *biases = (const uint32_t *)(const void *)group;
    const uint32_t *scales = (const uint32_t *)(const void *)(group + BIAS_BYTES + weight_bytes);
    const uint32_t stride = (uint32_t)args->stride_h;
    uint32_t weights[GROUP][WEIGHT_WORDS], unpacked[2 * PAIRS];
    const uint32_t *int8 = (const uint32_t *)(const void *)(group + BIAS_BYTES);
    if (args->bits != 8) {
        mcuai_dsp_unpack_group(unpacked, group + BIAS_BYTES, PAIRS, (uint32_t)args->bits);
        int8 = unpacked;
    }
    expand_weights(weights, int8);
    const bool general = ((const uint8_t *)scales)[SCALE_FLAGS] != 0;
    if (general) {
        for (uint32_t lane = 0; lane < GROUP; lane++) {
            shift_weights(weights[lane], scales[SCALE_WORDS * lane + 2] >> 16);
        }
    }
    int8_t *output = args->output + channel;
    for (uint32_t y = 0; y < (uint32_t)args->out_h; y += size->output_rows) {
        const uint32_t left = (uint32_t)args->out_h - y;
        const uint32_t rows = left < size->output_rows ? left : size->output_rows;
        fill_planes(args, size, args->input + channel, (int32_t)(y * stride) - args->pad_top);
        run->full_bytes = rows / 2 * stride * run->plane_pitch;
        run->odd_row = rows % 2;
        run->plane = args->scratch;
        for (uint32_t lane = 0; lane < GROUP; lane++) {
            run->bias = 2 * biases[lane];
            for (uint32_t n = 0; n < SCALE_WORDS; n++) {
                run->scale[n] = scales[SCALE_WORDS * lane + n];
            }
            if (general) {
                set_general(run, run->scale[2], mcuai_dsp_rectified(args));
            }
            run->output = output + lane;
            (stride == 1 ? mcuai_dsp_plane_stride1 : mcuai_dsp_plane_stride2)(run, weights[lane]);
            run->plane += 2 * size->columns * size->rows;
        }
        output += rows * run->full_row_pitch;
    }
}

void mcuai_dsp_depthwise_planes(const mcuai_conv *args) {
    const plane_size size = size_of(args);
    const uint32_t group_bytes = BIAS_BYTES + mcuai_dsp_group_weights(args) + SCALE_BYTES;
    const uint8_t *group = args->weights;
    plane_run run = {
        .plane_pitch = 8 * size.columns,
        .rectified = mcuai_dsp_rectified(args),
        .columns = ((uint32_t)args->out_w + 1) / 2,
        .odd_column = (uint32_t)args->out_w % 2,
        .full_column_pitch = (uint32_t)args->out_c,
        .full_row_pitch = (uint32_t)(args->out_w * args->out_c),
    };
    uint32_t *scratch = args->scratch;
    const uint32_t pixels = ((uint32_t)args->input_zero_point & 0xffff) * 0x10001u;
    for (uint32_t n = GROUP * 2 * size.columns * size.rows; n > 0; n--) {
        *scratch++ = pixels;
    }
    for (uint32_t channel = 0; channel < (uint32_t)args->out_c; channel += GROUP) {
        run_group(args, &size, &run, group, channel);
        group += group_bytes;
    }
    mcuai_dsp_clamp(args->output, (uint32_t)(args->out_h * args->out_w * args->out_c),
                    args->activation_min, args->activation_max);
}
