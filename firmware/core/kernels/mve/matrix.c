/* What dense layers and convolutions share: calls of the assembly for whole blocks of rows, and for
 * a last block of fewer rows by way of a buffer, since the assembly stores all four. */
#include "matrix.h"

#include <arm_mve.h>
#include <stdbool.h>

const mcuai_mve_loops mcuai_mve_loops_int8 = {mcuai_mve_matrix1_8, mcuai_mve_matrix2_8,
                                              mcuai_mve_matrix2_single_8};
const mcuai_mve_loops mcuai_mve_loops_int4 = {mcuai_mve_matrix1_4, mcuai_mve_matrix2_4, NULL};
const mcuai_mve_loops mcuai_mve_loops_int2 = {mcuai_mve_matrix1_2, mcuai_mve_matrix2_2, NULL};

static uint32_t round_up(uint32_t x, uint32_t unit) {
    return (x + unit - 1) / unit * unit;
}

static void splat(int32_t vector[4], int32_t value) {
    vst1q_s32(vector, vdupq_n_s32(value));
}

/* The first of the shifts at the end of a block. */
static int32_t first_shift(const uint8_t *block_end) {
    return *(const int32_t *)(const void *)(block_end - MCUAI_MVE_ROWS * sizeof(int32_t));
}

void mcuai_mve_product_begin(mcuai_mve_product *product, const uint8_t *weights, uint32_t rows,
                             uint32_t depth, uint32_t bits) {
    mcuai_mve_matrix *args = &product->args;
    const uint32_t depth_bytes = round_up(depth, MCUAI_MVE_LANES);
    product->weights = weights;
    product->rows = rows;
    product->bits = bits;
    product->block_bytes =
        depth_bytes * MCUAI_MVE_ROWS * bits / 8 + 3 * sizeof(int32_t) * MCUAI_MVE_ROWS;
    args->depth_bytes = depth_bytes;
    args->later_chunks = depth_bytes / MCUAI_MVE_LANES - 1;
    args->one = !mcuai_mve_is_general(first_shift(weights + product->block_bytes));
    splat(args->offset0, 0);
    splat(args->offset1, 0);
    for (uint32_t row = 0; row < MCUAI_MVE_ROWS; row++)
        args->field_shift[row] = -(int32_t)(row * bits % 8);
}

void mcuai_mve_product_output(mcuai_mve_product *product, int32_t zero_point, int32_t low,
                              int32_t high) {
    product->args.zero_point = zero_point;
    splat(product->args.low, low);
    splat(product->args.high, high);
}

/* The offset 2^(bits-1) of every field but the top one of a byte, times the sum of the pixel. */
static void prepare_offset(const mcuai_mve_product *product, const int8_t *x, int32_t offset[4]) {
    const uint32_t fields = 8 / product->bits;
    int32_t sum = 0;
    for (uint32_t k = 0; k < product->args.depth_bytes; k += MCUAI_MVE_LANES)
        sum = vaddvaq_s8(sum, vldrbq_s8(x + k));
    for (uint32_t row = 0; row < MCUAI_MVE_ROWS; row++)
        offset[row] = row % fields == fields - 1 ? 0 : -sum * (1 << (product->bits - 1));
}

static void run_two(mcuai_mve_product *product) {
    const mcuai_mve_loops *loops = product->loops;
    const bool single = loops->single && product->args.later_chunks == 0 && product->args.one;
    (single ? loops->single : loops->two)(&product->args);
}

static void select_pair(mcuai_mve_product *product, const int8_t *x, int8_t *output) {
    product->args.x0 = x;
    product->args.x1 = x + product->args.depth_bytes;
    product->args.output = output;
    product->args.pixel_step = (int32_t)product->rows - MCUAI_MVE_ROWS;
}

/* Returns the number of rows in the last, incomplete block. */
static uint32_t select_whole_blocks(mcuai_mve_product *product) {
    const uint32_t blocks = product->rows / MCUAI_MVE_ROWS;
    product->args.weights = product->weights;
    product->args.end = product->weights + blocks * product->block_bytes;
    return product->rows % MCUAI_MVE_ROWS;
}

void mcuai_mve_product_run(mcuai_mve_product *product, const int8_t *source, uint32_t pairs,
                           const int8_t *x, int8_t *output) {
    select_whole_blocks(product);
    product->args.source = source;
    product->args.pairs = pairs;
    select_pair(product, x, output);
    run_two(product);
}

static void select_last_block(mcuai_mve_product *product, int8_t *output) {
    product->args.weights = product->args.end;
    product->args.end += product->block_bytes;
    product->args.output = output;
    product->args.pixel_step = 0;
}

void mcuai_mve_product_one(mcuai_mve_product *product, const int8_t *x, int8_t *output) {
    const uint32_t rest = select_whole_blocks(product);
    int8_t last[MCUAI_MVE_ROWS];
    product->args.x0 = x;
    product->args.output = output;
    if (product->bits < 8)
        prepare_offset(product, x, product->args.offset0);
    if (product->args.weights != product->args.end)
        product->loops->one(&product->args);
    if (rest == 0)
        return;
    select_last_block(product, last);
    product->loops->one(&product->args);
    for (uint32_t row = 0; row < rest; row++)
        output[product->rows - rest + row] = last[row];
}

void mcuai_mve_product_two(mcuai_mve_product *product, const int8_t *x, int8_t *output) {
    const uint32_t rest = select_whole_blocks(product);
    int8_t last[2 * MCUAI_MVE_ROWS];
    const uint32_t gather_rows = product->args.gather_rows;
    product->args.gather_rows = 0;
    product->args.pairs = 1;
    select_pair(product, x, output);
    if (product->bits < 8) {
        prepare_offset(product, product->args.x0, product->args.offset0);
        prepare_offset(product, product->args.x1, product->args.offset1);
    }
    if (product->args.weights != product->args.end)
        run_two(product);
    if (rest != 0) {
        select_last_block(product, last);
        product->args.pairs = 1;
        run_two(product);
    }
    product->args.gather_rows = gather_rows;
    for (uint32_t row = 0; row < rest; row++) {
        output[product->rows - rest + row] = last[row];
        output[2 * product->rows - rest + row] = last[MCUAI_MVE_ROWS + row];
    }
}
