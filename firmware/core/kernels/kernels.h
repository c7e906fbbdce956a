/* The interface between operators and kernels.
 *
 * A kernel family (portable, dsp, mve, rv32) is a folder beside this file. Functions that end in a
 * family's name read that family's weight layout. Functions without such an end exist once per
 * image: the build puts the portable files into an archive behind the family's objects, so that the
 * linker takes from it only what the family lacks.
 *
 * Every kernel gives the bytes that docs/arithmetic.md specifies. Arguments were checked when the
 * model was opened; kernels check nothing.
 *
 * Order of access: the memory planner lets an output overlap its operator's input. A kernel
 * therefore finishes output pixels in raster order (or in blocks of consecutive pixels), and reads
 * all that a pixel needs of the input before it writes that pixel or a later one. A depthwise
 * kernel may instead go channel by channel over any run of rows: planned overlaps of depthwise
 * operators keep every channel on addresses of its own. A dense layer's output never overlaps its
 * input.
 */
#ifndef MCUAI_KERNELS_H
#define MCUAI_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* Weight layouts, as stored in a pack's operator records. */
enum {
    MCUAI_LAYOUT_ROWS = 0,
    MCUAI_LAYOUT_DSP = 1,
    MCUAI_LAYOUT_MVE = 2,
    MCUAI_LAYOUT_RV32 = 3,
};

/* In the rows layout a blob of weights is this record for each row, then the rows, each of
 * ceil(depth * bits / 8) bytes, elements in order from the least significant bits of each byte,
 * two's complement. */
typedef struct {
    int32_t bias;       /* the layer's bias minus input zero point times the sum of the row */
    int32_t multiplier; /* 0, or in [2^30, 2^31) */
    int32_t shift; /* > 0: to the left before multiplying; < 0: to the right, rounding, after it */
} mcuai_row_record;

/* Rows of weights times one vector: y[r] = requantize(bias[r] + sum over k of w[r][k] * x[k]). */
typedef struct {
    int32_t rows, depth;
    int32_t bits; /* of a weight: 8, 4 or 2 */
    int32_t output_zero_point, activation_min, activation_max;
    const uint8_t *weights; /* blob in the family's layout, 16-byte aligned relative to the pack */
    const int8_t *input;    /* [depth] */
    int8_t *output;         /* [rows] */
    void *scratch; /* 16-byte aligned, of the family's size; may overlap the input where the planner
                      says */
    const void *loops; /* the family's inner loops for these bits, named by the operator: kernels
                          that chose them themselves would bring all of them into every image */
} mcuai_dense;

/* Convolution of one NHWC image. Row r of the weights holds output channel r, its depth in the
 * order (ky * kernel_w + kx) * in_c + c. Taps outside the image have the input's zero point.
 * Depthwise: row r is output channel r = c * multiplier + m, its depth ky * kernel_w + kx; it reads
 * channel c = r / (out_c / in_c). */
typedef struct {
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t dilation_h, dilation_w;
    int32_t pad_top, pad_left;
    int32_t bits;
    int32_t input_zero_point, output_zero_point, activation_min, activation_max;
    const uint8_t *weights;
    const int8_t *input; /* [in_h][in_w][in_c] */
    int8_t *output;      /* [out_h][out_w][out_c] */
    void *scratch;
    const void *loops; /* as for mcuai_dense */
} mcuai_conv;

/* One set per family F in {rows, dsp, mve, rv32}; `foreign` reads any layout, slowly, on any CPU:
 *   void mcuai_dense_F(const mcuai_dense *);
 *   void mcuai_conv2d_F(const mcuai_conv *);
 *   void mcuai_depthwise_F(const mcuai_conv *);
 *   uint32_t mcuai_dense_F_scratch(const mcuai_dense *);      bytes of scratch
 *   uint32_t mcuai_conv2d_F_scratch(const mcuai_conv *);
 *   uint32_t mcuai_depthwise_F_scratch(const mcuai_conv *);
 *   uint32_t mcuai_dense_F_bytes(rows, depth, bits);          size of the blob; 0: no such layout
 *   uint32_t mcuai_depthwise_F_bytes(rows, depth, bits);
 */
#define MCUAI_DECLARE_FAMILY(F)                                                                    \
    void mcuai_dense_##F(const mcuai_dense *args);                                                 \
    void mcuai_conv2d_##F(const mcuai_conv *args);                                                 \
    void mcuai_depthwise_##F(const mcuai_conv *args);                                              \
    uint32_t mcuai_dense_##F##_scratch(const mcuai_dense *args);                                   \
    uint32_t mcuai_conv2d_##F##_scratch(const mcuai_conv *args);                                   \
    uint32_t mcuai_depthwise_##F##_scratch(const mcuai_conv *args);                                \
    uint32_t mcuai_dense_##F##_bytes(uint32_t rows, uint32_t depth, uint32_t bits);                \
    uint32_t mcuai_depthwise_##F##_bytes(uint32_t rows, uint32_t depth, uint32_t bits)

MCUAI_DECLARE_FAMILY(rows);
MCUAI_DECLARE_FAMILY(dsp);
MCUAI_DECLARE_FAMILY(mve);
MCUAI_DECLARE_FAMILY(rv32);

/* A row of any layout, element by element: how the portable kernels read a foreign family's blob.
 */
typedef struct {
    mcuai_row_record record;
    const uint8_t *weights; /* the whole blob */
    uint32_t row, rows, depth, bits;
    int32_t output_zero_point;
} mcuai_row;

/* Fill row->record from the blob; the other members are set. */
void mcuai_dense_row_dsp(mcuai_row *row);
void mcuai_dense_row_mve(mcuai_row *row);
void mcuai_dense_row_rv32(mcuai_row *row);
void mcuai_depthwise_row_dsp(mcuai_row *row);
void mcuai_depthwise_row_mve(mcuai_row *row);
void mcuai_depthwise_row_rv32(mcuai_row *row);
/* Weight k of the row. */
int32_t mcuai_dense_weight_dsp(const mcuai_row *row, uint32_t k);
int32_t mcuai_dense_weight_mve(const mcuai_row *row, uint32_t k);
int32_t mcuai_dense_weight_rv32(const mcuai_row *row, uint32_t k);
int32_t mcuai_depthwise_weight_dsp(const mcuai_row *row, uint32_t k);
int32_t mcuai_depthwise_weight_mve(const mcuai_row *row, uint32_t k);
int32_t mcuai_depthwise_weight_rv32(const mcuai_row *row, uint32_t k);

/* int8 addition of TensorFlow Lite, elementwise; offsets are negated zero points of the inputs. */
typedef struct {
    int32_t offset1, offset2, left_shift;
    int32_t multiplier1, shift1, multiplier2, shift2;
    int32_t output_offset, output_multiplier, output_shift;
    int32_t activation_min, activation_max;
} mcuai_add_params;

void mcuai_add_s8(const mcuai_add_params *params, const int8_t *a, const int8_t *b, int8_t *y,
                  uint32_t count);

typedef struct {
    int32_t in_h, in_w, channels, out_h, out_w;
    int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
    int32_t activation_min, activation_max;
    int32_t
        count_padding; /* an average divides by the whole kernel, the padding being zero_point */
    int32_t zero_point;
    const int8_t *input;
    int8_t *output;
} mcuai_pool;

void mcuai_average_pool_s8(const mcuai_pool *args);
void mcuai_max_pool_s8(const mcuai_pool *args);

#endif
