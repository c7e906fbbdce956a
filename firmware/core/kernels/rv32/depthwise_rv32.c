/* Depthwise convolution of the RV32 family: channel by channel, in strips of output rows. A strip's
 * input is gathered with its padding into a plane in scratch before the strip is written, so that
 * an output may overlap the input. */
#include <string.h>

#include "../portable/rows.h"
#include "plane.h"

/* Bytes that a strip's plane may take, unless a single row of outputs needs more. */
#define PLANE_LIMIT 3072

/* The largest shift of which the rounding constant fits a word; see Rv32Requantization.cs. */
#define LARGEST_SHIFT 22

typedef void (*plane_kernel)(mcuai_rv32_plane *plane);

/* One dimension of an image. */
typedef struct {
    int32_t in, out, kernel, stride, dilation, pad;
    int32_t in_step, out_step; /* bytes from one pixel to the next */
} image_axis;

static int32_t extent(const image_axis *axis) {
    return (axis->out - 1) * axis->stride + (axis->kernel - 1) * axis->dilation + 1;
}

static image_axis rows_axis(const mcuai_conv *args) {
    return (image_axis){
        args->in_h,       args->out_h,   args->kernel_h,          args->stride_h,
        args->dilation_h, args->pad_top, args->in_w * args->in_c, args->out_w * args->out_c};
}

static image_axis columns_axis(const mcuai_conv *args) {
    return (image_axis){args->in_w,       args->out_w,    args->kernel_w, args->stride_w,
                        args->dilation_w, args->pad_left, args->in_c,     args->out_c};
}

/* Output rows of one strip. */
static int32_t strip_rows(const mcuai_conv *args) {
    const image_axis columns = columns_axis(args);
    const int32_t lines = PLANE_LIMIT / extent(&columns);
    const int32_t first = (args->kernel_h - 1) * args->dilation_h + 1;
    const int32_t rows = lines < first ? 1 : (lines - first) / args->stride_h + 1;
    return rows < args->out_h ? rows : args->out_h;
}

static uint32_t weight_bytes(const mcuai_conv *args) {
    return (uint32_t)(args->kernel_h * args->kernel_w);
}

/* A strip of output rows, the same for all channels. Lines run along the longer side, which has
 * fewer ends. */
typedef struct {
    const mcuai_conv *args;
    image_axis across, along;
    int transposed; /* lines run down the image */
    int32_t width, height;
    int8_t *weights, *gathered;
} row_strip;

static row_strip make_strip(const mcuai_conv *args, int32_t first, int32_t count) {
    row_strip strip = {.args = args, .across = rows_axis(args), .along = columns_axis(args)};
    strip.across.pad -= first * strip.across.stride;
    strip.across.out = count;
    if (count > strip.along.out) {
        const image_axis rows = strip.across;
        strip.across = strip.along;
        strip.along = rows;
        strip.transposed = 1;
    }
    strip.width = extent(&strip.along);
    strip.height = extent(&strip.across);
    strip.weights = args->scratch;
    strip.gathered = strip.weights + weight_bytes(args);
    return strip;
}

/* A row's weights as bytes, [across][along]. */
static const int8_t *unpack(const row_strip *strip, const uint8_t *packed) {
    const mcuai_conv *args = strip->args;
    const int one_line = args->kernel_h == 1 || args->kernel_w == 1;
    if (args->bits == 8 && (!strip->transposed || one_line)) {
        return (const int8_t *)packed;
    }
    const int32_t x_step = strip->transposed ? args->kernel_h : 1;
    const int32_t y_step = strip->transposed ? 1 : args->kernel_w;
    uint32_t k = 0;
    for (int32_t y = 0; y < args->kernel_h; y++) {
        int8_t *place = strip->weights + y * y_step;
        for (int32_t x = 0; x < args->kernel_w; x++, k++, place += x_step) {
            *place = (int8_t)mcuai_packed_weight(packed, k, (uint32_t)args->bits);
        }
    }
    return strip->weights;
}

static void copy_line(const int8_t *input, int32_t step, int32_t count, int8_t *line) {
    for (; count >= 4; count -= 4, line += 4) {
        line[0] = *input;
        input += step;
        line[1] = *input;
        input += step;
        line[2] = *input;
        input += step;
        line[3] = *input;
        input += step;
    }
    for (; count > 0; count--, input += step) {
        *line++ = *input;
    }
}

/* The part of a plane's dimension that lies inside the image: `count` from `start` on, pixel
 * `first` of the image. */
typedef struct {
    int32_t start, first, count;
} inside;

static inside clip(const image_axis *axis, int32_t size) {
    const int32_t start = mcuai_clamp(axis->pad, 0, size);
    const int32_t first = start - axis->pad; /* a strip can start inside the image */
    return (inside){start, first, mcuai_clamp(axis->in - first, 0, size - start)};
}

/* One channel into the plane, of which the padding is already there. */
static void gather(const row_strip *strip, const int8_t *channel) {
    const inside lines = clip(&strip->across, strip->height);
    const inside pixels = clip(&strip->along, strip->width);
    if (pixels.count == 0 || lines.count == 0) {
        return;
    }
    int8_t *line = strip->gathered + lines.start * strip->width + pixels.start;
    const int8_t *input =
        channel + lines.first * strip->across.in_step + pixels.first * strip->along.in_step;
    for (int32_t left = lines.count; left > 0; left--, line += strip->width) {
        copy_line(input, strip->along.in_step, pixels.count, line);
        input += strip->across.in_step;
    }
}

static void set_requantization(mcuai_rv32_plane *plane, const mcuai_row_record *record,
                               int32_t zero_point) {
    int32_t shift = (int32_t)(0 - (uint32_t)record->shift);
    if (record->multiplier == 0 || shift > LARGEST_SHIFT) {
        shift = LARGEST_SHIFT;
    }
    plane->left = shift < 0 ? record->shift & 31 : 0;
    shift = shift > 0 ? shift : 0;
    plane->bias = record->bias;
    plane->multiplier = (uint32_t)record->multiplier * 2;
    plane->rounding = (int32_t)((UINT32_C(1) << shift) + ((uint32_t)zero_point << (shift + 1)));
    plane->shift = shift + MCUAI_RV32_LEFT;
}

static mcuai_rv32_plane make_plane(const row_strip *strip) {
    const image_axis *across = &strip->across, *along = &strip->along;
    return (mcuai_rv32_plane){
        .pitch = strip->width,
        .line_pitch = strip->width * across->stride,
        .output_step = along->out_step,
        .output_span = along->out * along->out_step,
        .output_line = across->out_step,
        .low = strip->args->activation_min,
        .high = strip->args->activation_max,
        .line_count = along->out,
        .stride = along->stride,
        .kernel_lines = across->kernel,
        .kernel_taps = along->kernel,
        .tap_step = along->dilation,
        .tap_line_step = across->dilation * strip->width,
    };
}

static plane_kernel choose_kernel(const row_strip *strip) {
    const image_axis *across = &strip->across, *along = &strip->along;
    const int is_3x3 =
        across->kernel == 3 && along->kernel == 3 && across->dilation == 1 && along->dilation == 1;
    return is_3x3 && along->stride == 1   ? mcuai_rv32_depthwise_3x3_stride1
           : is_3x3 && along->stride == 2 ? mcuai_rv32_depthwise_3x3_stride2
                                          : mcuai_rv32_depthwise_any;
}

/* All channels of a strip. The output's first row is at `output`. */
static void run_strip(const row_strip *strip, int8_t *output) {
    const mcuai_conv *args = strip->args;
    const uint32_t pitch = mcuai_rows_pitch(weight_bytes(args), (uint32_t)args->bits);
    const mcuai_row_record *record = mcuai_rows_records(args->weights);
    const uint8_t *packed = args->weights + sizeof *record * (size_t)args->out_c;
    const int32_t multiplier = args->out_c / args->in_c;
    const plane_kernel kernel = choose_kernel(strip);
    mcuai_rv32_plane plane = make_plane(strip);
    memset(strip->gathered, args->input_zero_point, (size_t)(strip->width * strip->height));
    for (int32_t channel = 0; channel < args->in_c; channel++) {
        gather(strip, args->input + channel);
        for (int32_t i = 0; i < multiplier; i++, record++, packed += pitch) {
            set_requantization(&plane, record, args->output_zero_point);
            plane.weights = unpack(strip, packed);
            plane.plane = strip->gathered;
            plane.output = output++;
            plane.lines = strip->across.out;
            (plane.shift == MCUAI_RV32_LEFT ? mcuai_rv32_depthwise_any : kernel)(&plane);
        }
    }
}

void mcuai_depthwise_rv32(const mcuai_conv *args) {
    const int32_t rows = strip_rows(args);
    int8_t *output = args->output;
    for (int32_t first = 0; first < args->out_h; first += rows) {
        const int32_t left = args->out_h - first;
        const row_strip strip = make_strip(args, first, left < rows ? left : rows);
        run_strip(&strip, output);
        output += rows * args->out_w * args->out_c;
    }
}

uint32_t mcuai_depthwise_rv32_scratch(const mcuai_conv *args) {
    image_axis rows = rows_axis(args);
    const image_axis columns = columns_axis(args);
    rows.out = strip_rows(args);
    return weight_bytes(args) + (uint32_t)(extent(&rows) * extent(&columns));
}
