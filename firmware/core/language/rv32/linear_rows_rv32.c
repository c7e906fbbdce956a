/* The rows layout for RV32IM (rows_sums.S). */
#include "../rows_product.h"

mcuai_rows_kernel mcuai_rv32_sums_int8, mcuai_rv32_sums_int4, mcuai_rv32_sums_int2;

/* Two numbers of the vector; in the order of the kernels, a word. */
typedef union {
    int16_t numbers[2];
    uint32_t word;
} cell;

/* Numbers to words in the order of the kernels: `each` words of the pairs (k, k + each), filled up
 * with zeros; those of every second word, from the first on, times `even`. */
static cell *pair_up(const int16_t *numbers, uint32_t each, int32_t even, cell *words) {
    for (uint32_t k = 0; k < each; k++)
        (words++)->word =
            (uint32_t)(((int32_t)numbers[k] * 65536 + numbers[k + each]) * (k % 2 ? 1 : even));
    return words;
}

/* Steps of 2 * `each` numbers; at the end of each `run` numbers one of 8, where that suffices. The
 * memory has room for whole eights, in which the numbers are already. */
static mcuai_vector order(mcuai_vector vector, uint32_t depth, uint32_t run, uint32_t each,
                          int32_t even, void *memory) {
    cell *numbers = memory, *words = memory;
    for (uint32_t k = depth; k % 8; k++)
        numbers[k / 2].numbers[k % 2] = 0;
    for (uint32_t left = depth, rest; left; left -= rest) {
        rest = left < run ? left : run;
        for (uint32_t k = 0; k < rest;) {
            const uint32_t pairs = rest - k > 8 ? each : 4;
            int16_t step[16] = {0};
            for (uint32_t i = 0; i < 2 * pairs; i++)
                step[i] = numbers[i / 2].numbers[i % 2];
            words = pair_up(step, pairs, even, words);
            numbers += pairs;
            k += 2 * pairs;
        }
    }
    return vector;
}

static mcuai_vector quantize_int8(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    const mcuai_vector vector = mcuai_quantize8(x, matrix->depth, memory);
    int16_t *numbers = memory;
    for (uint32_t k = matrix->depth; k % 8; k++)
        numbers[k] = 0;
    return vector;
}

static mcuai_vector quantize_int4(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    return order(mcuai_quantize8(x, matrix->depth, memory), matrix->depth, matrix->depth, 4, 1,
                 memory);
}

static mcuai_vector quantize_int2(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    return order(mcuai_quantize8(x, matrix->depth, memory), matrix->depth,
                 matrix->group ? matrix->group : matrix->depth, 8, 4, memory);
}

static const mcuai_rows_family int8 = {mcuai_rv32_sums_int8, 256, 4, false};
static const mcuai_rows_family int4 = {mcuai_rv32_sums_int4, 32, 8, true};
static const mcuai_rows_family int2 = {mcuai_rv32_sums_int2, 32, 16, true};

MCUAI_DEFINE_ROWS_MULTIPLY(multiply_int8, &int8)
MCUAI_DEFINE_ROWS_MULTIPLY(multiply_int4, &int4)
MCUAI_DEFINE_ROWS_MULTIPLY(multiply_int2, &int2)

MCUAI_DEFINE_ROWS(int8, MCUAI_INT8, quantize_int8, multiply_int8);
MCUAI_DEFINE_ROWS(int4, MCUAI_INT4, quantize_int4, multiply_int4);
MCUAI_DEFINE_ROWS(int2, MCUAI_INT2, quantize_int2, multiply_int2);
