/* The rows layout for Armv7E-M (rows_sums.S): the vector has the numbers of each halfword's fields
 * in pairs. */
#include "../../kernels/dsp/intrinsics.h"
#include "../rows_product.h"
#include "quantize_dsp.h"

mcuai_rows_kernel mcuai_dsp_sums_s8, mcuai_dsp_sums_s4, mcuai_dsp_sums_s2;

static int32_t number(int32_t x, const mcuai_dsp_packing *packing) {
    return mcuai_smmlar((int32_t)((uint32_t)x << packing->shift), packing->reciprocal, 1 << 20) >>
           21;
}

static uint32_t pair(int32_t low, int32_t high, const mcuai_dsp_packing *packing) {
    return mcuai_pkhbt((uint32_t)number(low, packing), (uint32_t)number(high, packing));
}

/* `each` pairs of x[count], which is filled up with zeros. */
static uint32_t *pair_up(const int32_t *x, uint32_t count, uint32_t each,
                         const mcuai_dsp_packing *packing, uint32_t *words) {
    if (count == 2 * each) {
        for (uint32_t k = 0; k < each; k++)
            *words++ = pair(x[k], x[k + each], packing);
        return words;
    }
    for (uint32_t k = 0; k < each; k++)
        *words++ = pair(k < count ? x[k] : 0, k + each < count ? x[k + each] : 0, packing);
    return words;
}

/* Steps of 2 * `each` numbers; at the end of each `run` numbers one of 2 * `least`, where that
 * suffices. */
static inline mcuai_vector quantize(const mcuai_matrix *matrix, const int32_t *x, void *memory,
                                    uint32_t run, uint32_t each, uint32_t least) {
    mcuai_dsp_packing packing;
    const mcuai_vector vector = {memory, mcuai_dsp_scale_of(x, matrix->depth, &packing), 0};
    uint32_t *words = memory;
    for (uint32_t left = matrix->depth, rest; left; left -= rest) {
        rest = left < run ? left : run;
        for (uint32_t k = 0, count; k < rest; k += count) {
            const uint32_t pairs = rest - k > 2 * least ? each : least;
            count = rest - k < 2 * pairs ? rest - k : 2 * pairs;
            words = pair_up(x, count, pairs, &packing, words);
            x += count;
        }
    }
    return vector;
}

static mcuai_vector quantize_int8(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    return quantize(matrix, x, memory, matrix->depth, 2, 2);
}

static mcuai_vector quantize_int4(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    return quantize(matrix, x, memory, matrix->depth, 4, 4);
}

static mcuai_vector quantize_int2(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    return quantize(matrix, x, memory, matrix->group ? matrix->group : matrix->depth, 8, 4);
}

static const mcuai_rows_family int8 = {mcuai_dsp_sums_s8, 256, 4, false};
static const mcuai_rows_family int4 = {mcuai_dsp_sums_s4, 256, 8, false};
static const mcuai_rows_family int2 = {mcuai_dsp_sums_s2, 256, 16, false};

MCUAI_DEFINE_ROWS_MULTIPLY(multiply_int8, &int8)
MCUAI_DEFINE_ROWS_MULTIPLY(multiply_int4, &int4)
MCUAI_DEFINE_ROWS_MULTIPLY(multiply_int2, &int2)

MCUAI_DEFINE_ROWS(int8, MCUAI_INT8, quantize_int8, multiply_int8);
MCUAI_DEFINE_ROWS(int4, MCUAI_INT4, quantize_int4, multiply_int4);
MCUAI_DEFINE_ROWS(int2, MCUAI_INT2, quantize_int2, multiply_int2);
