#include "linear.h"
#include "vectors.h"

typedef void (*kernel)(mcuai_mve_rows *rows);

static const int8_t one = 1;

static mcuai_mve_rows rows_of(const mcuai_matrix *matrix, uint32_t first, mcuai_vector x,
                              int32_t left) {
    const uint8_t type = matrix->layout->type;
    const uint32_t pitch = mcuai_rows_pitch(matrix->depth, type);
    mcuai_mve_rows rows = {
        .weights = mcuai_rows_weights(matrix, first),
        .factors = (const mcuai_row_factor *)(const void *)matrix->blob + first,
        .x = (const int8_t *)x.numbers,
        .pitch = pitch,
        .step = pitch,
        .left = left,
        .shift = x.scale.exponent + 18 - left,
        .groups = matrix->groups,
        .rest_bytes = pitch,
        .least = {-INT32_MAX, -INT32_MAX, -INT32_MAX, -INT32_MAX},
    };
    vstrwq_s32(rows.scale, vdupq_n_s32(x.scale.mantissa));
    rows.numbers = (const void *)(rows.x + mcuai_mve_planes_bytes(pitch, type) +
                                  (type == MCUAI_INT2 ? 2 * mcuai_mve_lane_count(pitch) : 0));
    rows.multipliers = matrix->group ? mcuai_rows_multipliers(matrix, first) : &one;
    if (type == MCUAI_INT4 && matrix->group >= 32) {
        rows.later_chunks = matrix->group / 32 - 1;
        rows.whole_groups = pitch / (matrix->group / 2);
        rows.rest_bytes = pitch % (matrix->group / 2);
    }
    return rows;
}

/* Rows that are no whole four one by one, each as four of the same, since the assembly reads and
 * writes all four records. */
static void run_last(kernel product, mcuai_mve_rows rows, uint32_t count) {
    mcuai_mve_rows one_row = rows;
    one_row.addend = NULL;
    one_row.groups = one_row.step = 0;
    for (uint32_t i = 0; i < count; i++) {
        const mcuai_row_factor factors[4] = {rows.factors[i]};
        int32_t values[4];
        one_row.weights = rows.weights + i * rows.step;
        one_row.multipliers = rows.multipliers + i * rows.groups;
        one_row.factors = factors;
        one_row.y = values;
        one_row.y_end = values + 4;
        product(&one_row);
        rows.y[i] = rows.addend ? mcuai_add_saturated(rows.addend[i], values[0]) : values[0];
    }
}

static void multiply(kernel product, const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                     mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    const uint32_t rest = count % 4;
    mcuai_mve_rows rows = rows_of(matrix, first, x, left);
    rows.addend = addend;
    rows.y = y;
    rows.y_end = y + count - rest;
    if (count > rest)
        product(&rows);
    if (rest)
        run_last(product, rows, rest);
}

static void multiply_int8(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    multiply(mcuai_mve_by_groups(matrix->group, MCUAI_INT8) ? mcuai_mve_linear_s8
                                                            : mcuai_mve_lanes_s8,
             matrix, first, count, x, left, addend, y);
}

static void multiply_int4(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    multiply(mcuai_mve_by_groups(matrix->group, MCUAI_INT4) ? mcuai_mve_linear_s4
                                                            : mcuai_mve_lanes_s4,
             matrix, first, count, x, left, addend, y);
}

static void multiply_int2(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    multiply(mcuai_mve_lanes_s2, matrix, first, count, x, left, addend, y);
}

MCUAI_DEFINE_ROWS(int8, MCUAI_INT8, mcuai_mve_quantize, multiply_int8);
MCUAI_DEFINE_ROWS(int4, MCUAI_INT4, mcuai_mve_quantize, multiply_int4);
MCUAI_DEFINE_ROWS(int2, MCUAI_INT2, mcuai_mve_quantize, multiply_int2);
