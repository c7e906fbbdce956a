#include "linear.h"
#include "quantize_dsp.h"

typedef void (*kernel)(const mcuai_dsp_product *product, const uint8_t *blocks);

static inline mcuai_dsp_product product_of(mcuai_vector x, size_t vector_bytes, int32_t left) {
    const uint32_t *numbers = (const void *)x.numbers;
    const int32_t least = 50 + x.scale.exponent - left; /* 13..60 */
    return (mcuai_dsp_product){
        .x = numbers,
        .sum = x.sum,
        .x_end = numbers + vector_bytes / 4,
        .left = left,
        .scale = x.scale.mantissa,
        .shift = 1 - least,
        .least = (uint32_t)least * UINT32_C(0x01010101),
    };
}

/* Whole blocks straight to y, then the rows that are left of the last one. */
static inline void run(kernel multiply, mcuai_dsp_product *product, const uint8_t *blocks,
                       size_t block_bytes, uint32_t count, const int32_t *addend, int32_t *y) {
    const uint32_t whole = count / MCUAI_DSP_ROWS * MCUAI_DSP_ROWS;
    product->y = y;
    product->y_end = y + whole;
    product->addend = addend;
    product->plain = addend ? UINT32_MAX : product->least;
    if (whole)
        multiply(product, blocks);
    if (whole == count)
        return;
    int32_t last[MCUAI_DSP_ROWS];
    product->y = last;
    product->y_end = last + MCUAI_DSP_ROWS;
    product->addend = NULL;
    product->plain = product->least;
    multiply(product, blocks + block_bytes * (whole / MCUAI_DSP_ROWS));
    for (uint32_t i = whole; i < count; i++)
        y[i] = addend ? mcuai_add_saturated(addend[i], last[i - whole]) : last[i - whole];
}

static uint64_t int8_bytes(uint32_t depth) {
    return ((uint64_t)depth + 3) / 4 * 8;
}

static uint64_t int4_bytes(uint32_t depth, uint32_t group) {
    const uint32_t cell = mcuai_dsp_int4_depth(group);
    return ((uint64_t)depth + 7) / 8 * 16 + ((uint64_t)depth + cell - 1) / cell * 24;
}

static uint64_t int2_bytes(uint32_t depth) {
    return ((uint64_t)depth + 15) / 16 * 40;
}

static uint64_t round16(uint64_t bytes) {
    return (bytes + 15) / 16 * 16;
}

/* The kernel's loop has eight steps of eight columns. */
static void enter_int8(mcuai_dsp_product *product, uint32_t depth) {
    const uint32_t *entries = mcuai_dsp_linear_s8_entries;
    const uint32_t fours = (depth + 3) / 4, steps = fours / 2;
    const uint32_t start = steps ? entries[0] + (0u - steps) % 8 * entries[1] : entries[4];
    product->round_end = steps > 8 ? entries[3] : entries[4];
    product->entry[0] = fours % 2 ? entries[2] : start;
    product->entry[1] = start;
}

static void multiply_int8(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    const size_t block = (size_t)mcuai_dsp_int8_block(matrix->depth);
    mcuai_dsp_product product = product_of(x, (size_t)int8_bytes(matrix->depth), left);
    enter_int8(&product, matrix->depth);
    run(mcuai_dsp_linear_s8, &product, matrix->blob + block * (first / MCUAI_DSP_ROWS), block,
        count, addend, y);
}

static void multiply_int4(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    const size_t block = (size_t)mcuai_dsp_int4_block(matrix->depth, matrix->group);
    mcuai_dsp_product product =
        product_of(x, (size_t)int4_bytes(matrix->depth, matrix->group), left);
    run(mcuai_dsp_linear_s4, &product, matrix->blob + block * (first / MCUAI_DSP_ROWS), block,
        count, addend, y);
}

static void multiply_int2(const mcuai_matrix *matrix, uint32_t first, uint32_t count,
                          mcuai_vector x, int32_t left, const int32_t *addend, int32_t *y) {
    const size_t block = (size_t)mcuai_dsp_int2_block(matrix->depth);
    mcuai_dsp_product product = product_of(x, (size_t)int2_bytes(matrix->depth), left);
    run(mcuai_dsp_linear_s2, &product, matrix->blob + block * (first / MCUAI_DSP_ROWS), block,
        count, addend, y);
}

static uint64_t vector_bytes_int8(uint32_t depth, uint32_t group) {
    (void)group;
    return round16(int8_bytes(depth));
}

static uint64_t vector_bytes_int4(uint32_t depth, uint32_t group) {
    return round16(int4_bytes(depth, group));
}

static uint64_t vector_bytes_int2(uint32_t depth, uint32_t group) {
    (void)group;
    return round16(int2_bytes(depth));
}

#define DSP(NAME, TYPE, LEFT)                                                                      \
    const mcuai_matrix_layout mcuai_matrix_dsp_##NAME = {TYPE,                                     \
                                                         MCUAI_DSP_ROWS,                           \
                                                         LEFT,                                     \
                                                         mcuai_dsp_matrix_bytes,                   \
                                                         vector_bytes_##NAME,                      \
                                                         mcuai_dsp_factor,                         \
                                                         mcuai_dsp_read_##NAME,                    \
                                                         mcuai_dsp_quantize_##NAME,                \
                                                         multiply_##NAME}

DSP(int8, MCUAI_INT8, MCUAI_DSP_INT8_LEFT);
DSP(int4, MCUAI_INT4, 0);
DSP(int2, MCUAI_INT2, 0);
