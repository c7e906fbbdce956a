/* Linear: rows in fours, whose sums become the lanes of a vector. */
#include "lanes.h"
#include "sums.h"

#include <string.h>

/* How sums become outputs. */
typedef struct {
    int32_t left, shift;
    int32x4_t scale;
} scaling;

static scaling scaling_of(mcuai_vector x, int32_t left) {
    return (scaling){left, x.scale.exponent + 18 - left, vdupq_n_s32(x.scale.mantissa)};
}

/* Outputs of four rows; bytes of exponents are added up with saturation, which no shift minds. */
static inline void finish(int32x4_t sums, scaling s, const mcuai_row_factor *factors,
                          const int32_t *addend, int32_t *y) {
    const int32x4x2_t factor = vld2q_s32((const int32_t *)(const void *)factors);
    const int32x4_t shift = (int32x4_t)vqaddq_n_s8((int8x16_t)factor.val[1], (int8_t)s.shift);
    const int32x4_t product =
        vrmulhq_s32(vrmulhq_s32(vshlq_r_s32(sums, s.left), factor.val[0]), s.scale);
    int32x4_t value = vmaxq_s32(vqrshlq_s32(product, shift), MCUAI_MVE_LEAST);
    if (addend)
        value = vmaxq_s32(vqaddq_s32(value, vldrwq_s32(addend)), MCUAI_MVE_LEAST);
    vstrwq_s32(y, value);
}

/* The sums of `count` rows, 1..4. */
typedef int32x4_t (*summing)(const mcuai_mve_product *product, const uint8_t *weights,
                             const int8_t *multipliers, uint32_t count);

/* The last rows, fewer than four, whose records may be the last of the blob. */
static void finish_last(int32x4_t sums, scaling s, const mcuai_row_factor *factors, uint32_t count,
                        const int32_t *addend, int32_t *y) {
    mcuai_row_factor own[4] = {0};
    int32_t values[4];
    memcpy(own, factors, count * sizeof *own);
    finish(sums, s, own, NULL, values);
    for (uint32_t i = 0; i < count; i++)
        y[i] = addend ? mcuai_add_saturated(addend[i], values[i]) : values[i];
}

static inline __attribute__((always_inline)) void multiply(summing sum, const mcuai_matrix *matrix,
                                                           uint32_t first, uint32_t count,
                                                           mcuai_vector x, int32_t left,
                                                           const int32_t *addend, int32_t *y) {
    mcuai_matrix_piece piece;
    const uint8_t *weights = mcuai_rows_open(matrix, first, 0, &piece);
    const int8_t *multipliers = piece.multipliers;
    const mcuai_row_factor *factors = (const mcuai_row_factor *)(const void *)matrix->blob + first;
    const mcuai_mve_product product = {(const int8_t *)x.numbers,
                                       mcuai_rows_pitch(matrix->depth, matrix->layout->type),
                                       matrix->group, matrix->groups};
    const scaling s = scaling_of(x, left);
    for (; count >= 4; count -= 4) {
        finish(sum(&product, weights, multipliers, 4), s, factors, addend, y);
        weights += 4 * product.pitch;
        multipliers += 4 * product.groups;
        factors += 4;
        addend = addend ? addend + 4 : NULL;
        y += 4;
    }
    if (count)
        finish_last(sum(&product, weights, multipliers, count), s, factors, count, addend, y);
}

/* Rows one by one. */
#define ONE_BY_ONE(NAME, SUM)                                                                      \
    static inline int32x4_t NAME(const mcuai_mve_product *p, const uint8_t *w, const int8_t *m,    \
                                 uint32_t count) {                                                 \
        int32_t sums[4] = {0};                                                                     \
        for (uint32_t i = 0; i < count; i++, w += p->pitch, m += p->groups)                        \
            sums[i] = SUM;                                                                         \
        return vldrwq_s32(sums);                                                                   \
    }

ONE_BY_ONE(few_int8, mcuai_mve_sum_int8(p, w))
ONE_BY_ONE(few_int4, mcuai_mve_sum2_int4(p, w, w, m, m).first)
ONE_BY_ONE(lanes_int8, mcuai_mve_sum_lanes(MCUAI_INT8, p, w, m))
ONE_BY_ONE(lanes_int4, mcuai_mve_sum_lanes(MCUAI_INT4, p, w, m))
ONE_BY_ONE(lanes_int2, mcuai_mve_sum_lanes(MCUAI_INT2, p, w, m))

static inline int32x4_t groups_int8(const mcuai_mve_product *p, const uint8_t *w, const int8_t *m,
                                    uint32_t count) {
    return count == 4 ? mcuai_mve_sum4_int8(p, w) : few_int8(p, w, m, count);
}

static inline int32x4_t groups_int4(const mcuai_mve_product *p, const uint8_t *w, const int8_t *m,
                                    uint32_t count) {
    if (count != 4)
        return few_int4(p, w, m, count);
    const mcuai_mve_pair low = mcuai_mve_sum2_int4(p, w, w + p->pitch, m, m + p->groups);
    w += 2 * p->pitch;
    m += 2 * p->groups;
    const mcuai_mve_pair high = mcuai_mve_sum2_int4(p, w, w + p->pitch, m, m + p->groups);
    return mcuai_mve_lanes(low.first, low.second, high.first, high.second);
}

static void multiply_int8(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    if (mcuai_mve_by_groups(matrix->group, MCUAI_INT8))
        multiply(groups_int8, matrix, first, count, x, left, addend, y);
    else
        multiply(lanes_int8, matrix, first, count, x, left, addend, y);
}

static void multiply_int4(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    if (mcuai_mve_by_groups(matrix->group, MCUAI_INT4))
        multiply(groups_int4, matrix, first, count, x, left, addend, y);
    else
        multiply(lanes_int4, matrix, first, count, x, left, addend, y);
}

static void multiply_int2(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    multiply(lanes_int2, matrix, first, count, x, left, addend, y);
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
