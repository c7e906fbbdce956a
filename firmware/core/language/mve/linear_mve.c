/* Linear: rows in fours, whose sums become the lanes of a vector. */
#include "lanes.h"
#include "sums.h"

#include <string.h>

static const int8_t one = 1;

static mcuai_mve_rows rows_of(const mcuai_matrix *matrix, uint32_t first, mcuai_vector x,
                              int32_t left) {
    const uint8_t type = matrix->layout->type;
    const uint32_t pitch = mcuai_rows_pitch(matrix->depth, type);
    mcuai_matrix_piece piece;
    mcuai_mve_rows rows = {
        .weights = mcuai_rows_open(matrix, first, 0, &piece),
        .factors = (const mcuai_row_factor *)(const void *)matrix->blob + first,
        .x = (const int8_t *)x.numbers,
        .pitch = pitch,
        .left = left,
        .shift = x.scale.exponent + 18 - left,
        .scale = x.scale.mantissa,
        .groups = matrix->groups,
        .rest_bytes = pitch,
        .least = {-INT32_MAX, -INT32_MAX, -INT32_MAX, -INT32_MAX},
    };
    rows.multipliers = matrix->group ? piece.multipliers : &one;
    if (type == MCUAI_INT4 && matrix->group >= 32) {
        rows.later_chunks = matrix->group / 32 - 1;
        rows.whole_groups = pitch / (matrix->group / 2);
        rows.rest_bytes = pitch % (matrix->group / 2);
    }
    return rows;
}

/* Outputs of four rows; bytes of exponents are added up with saturation, which no shift minds:
 * those beyond 32 bits are all alike. */
static inline void finish(int32x4_t sums, const mcuai_mve_rows *rows,
                          const mcuai_row_factor *factors, const int32_t *addend, int32_t *y) {
    const int32x4x2_t factor = vld2q_s32((const int32_t *)(const void *)factors);
    const int32x4_t shift = (int32x4_t)vqaddq_n_s8((int8x16_t)factor.val[1], (int8_t)rows->shift);
    const int32x4_t product = vrmulhq_s32(vrmulhq_s32(vshlq_r_s32(sums, rows->left), factor.val[0]),
                                          vdupq_n_s32(rows->scale));
    int32x4_t value = vmaxq_s32(vqrshlq_s32(product, shift), MCUAI_MVE_LEAST);
    if (addend)
        value = vmaxq_s32(vqaddq_s32(value, vldrwq_s32(addend)), MCUAI_MVE_LEAST);
    vstrwq_s32(y, value);
}

/* The last rows, fewer than four: their records may be the last of the blob. */
static void finish_last(int32x4_t sums, const mcuai_mve_rows *rows, uint32_t count) {
    mcuai_row_factor factors[4] = {0};
    int32_t values[4];
    memcpy(factors, rows->factors, count * sizeof *factors);
    finish(sums, rows, factors, NULL, values);
    for (uint32_t i = 0; i < count; i++)
        rows->y[i] = rows->addend ? mcuai_add_saturated(rows->addend[i], values[i]) : values[i];
}

typedef int32_t (*summing)(const mcuai_mve_rows *rows, const uint8_t *weights,
                           const int8_t *multipliers);

static inline int32x4_t sum_few(summing sum, const mcuai_mve_rows *rows, uint32_t count) {
    const uint8_t *weights = rows->weights;
    const int8_t *multipliers = rows->multipliers;
    int32_t sums[4] = {0};
    for (uint32_t i = 0; i < count; i++, weights += rows->pitch, multipliers += rows->groups)
        sums[i] = sum(rows, weights, multipliers);
    return vldrwq_s32(sums);
}

static void run_fours(summing sum, mcuai_mve_rows *rows) {
    while (rows->y != rows->y_end) {
        finish(sum_few(sum, rows, 4), rows, rows->factors, rows->addend, rows->y);
        rows->weights += 4 * rows->pitch;
        rows->multipliers += 4 * rows->groups;
        rows->factors += 4;
        rows->addend += rows->addend ? 4 : 0;
        rows->y += 4;
    }
}

/* With a kernel for fours of rows, or without one. */
static void multiply(void (*kernel)(mcuai_mve_rows *rows), summing sum, mcuai_mve_rows rows,
                     uint32_t count, const int32_t *addend, int32_t *y) {
    const uint32_t whole = count & ~UINT32_C(3), rest = count % 4;
    rows.addend = addend;
    rows.y = y;
    rows.y_end = y + whole;
    if (whole && kernel)
        kernel(&rows);
    else if (whole)
        run_fours(sum, &rows);
    if (rest == 0)
        return;
    finish_last(sum_few(sum, &rows, rest), &rows, rest);
}

static int32_t lanes_int8(const mcuai_mve_rows *rows, const uint8_t *weights,
                          const int8_t *multipliers) {
    return mcuai_mve_sum_lanes(MCUAI_INT8, rows, weights, multipliers);
}

static int32_t lanes_int4(const mcuai_mve_rows *rows, const uint8_t *weights,
                          const int8_t *multipliers) {
    return mcuai_mve_sum_lanes(MCUAI_INT4, rows, weights, multipliers);
}

static int32_t lanes_int2(const mcuai_mve_rows *rows, const uint8_t *weights,
                          const int8_t *multipliers) {
    return mcuai_mve_sum_lanes(MCUAI_INT2, rows, weights, multipliers);
}

static void multiply_int8(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    const bool by_groups = mcuai_mve_by_groups(matrix->group, MCUAI_INT8);
    multiply(by_groups ? mcuai_mve_linear_s8 : NULL, by_groups ? mcuai_mve_sum_int8 : lanes_int8,
             rows_of(matrix, first, x, left), count, addend, y);
}

static void multiply_int4(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    const bool by_groups = mcuai_mve_by_groups(matrix->group, MCUAI_INT4);
    multiply(by_groups ? mcuai_mve_linear_s4 : NULL, by_groups ? mcuai_mve_sum_int4 : lanes_int4,
             rows_of(matrix, first, x, left), count, addend, y);
}

static void multiply_int2(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    multiply(NULL, lanes_int2, rows_of(matrix, first, x, left), count, addend, y);
}

#define MVE(NAME, TYPE)                                                                            \
    const mcuai_matrix_layout mcuai_matrix_mve_##NAME = {TYPE,                                     \
                                                         1,                                        \
                                                         0,                                        \
                                                         mcuai_rows_bytes,                         \
                                                         mcuai_matrix_vector_bytes,                \
                                                         mcuai_rows_factor,                        \
                                                         mcuai_rows_read_##NAME,                   \
                                                         mcuai_mve_quantize,                       \
                                                         multiply_##NAME}

MVE(int8, MCUAI_INT8);
MVE(int4, MCUAI_INT4);
MVE(int2, MCUAI_INT2);
