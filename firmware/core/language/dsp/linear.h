/* Products with matrices of language models in the dsp layout. */
#ifndef MCUAI_DSP_LINEAR_H
#define MCUAI_DSP_LINEAR_H

#include "../matrix_dsp.h"

/* What mcuai_dsp_linear_* works on. The assembly copies it to its stack, so the order is fixed. */
typedef struct {
    const uint32_t *x;
    int32_t
        zero[2]; /* INT8: where sums of pairs of rows start; and what the vector alone adds to */
    int32_t sum; /* those of even rows */
    const uint32_t *x_end; /* INT8 */
    uint32_t entry[2];  /* INT8: where the unrolled loop is entered, and where after half a step */
    uint32_t round_end; /* INT8: whether its end is the sums' end */
    int32_t *y, *y_end; /* whole blocks of four rows */
    int32_t left, scale;
    int32_t shift;         /* to the right, beside a row's 31 - exponent */
    uint32_t plain;        /* least, or more than any byte where there is an addend */
    uint32_t least;        /* of these in each byte, from which on all shifts are to the right */
    const int32_t *addend; /* or null */
} mcuai_dsp_product;

void mcuai_dsp_linear_s8(const mcuai_dsp_product *product, const uint8_t *blocks);
void mcuai_dsp_linear_s4(const mcuai_dsp_product *product, const uint8_t *blocks);
void mcuai_dsp_linear_s2(const mcuai_dsp_product *product, const uint8_t *blocks);

/* The unrolled loop, size of a step, half a step, end of a round of many, of the only one; steps
 * are of 8 columns. */
extern const uint32_t mcuai_dsp_linear_s8_entries[5];
/* Where cells of 8, 16, 24 and 32 columns begin; where a cell goes on to the next, and after the
 * last.
 */
extern const uint32_t mcuai_dsp_linear_s4_entries[6];
/* The same two of INT2. */
extern const uint32_t mcuai_dsp_linear_s2_entries[2];

/* How numbers are made of x; then the sums of products of neighbours, and of the numbers. */
typedef struct {
    uint32_t shift;
    int32_t reciprocal;
    int32_t neighbours, numbers;
} mcuai_dsp_packing;

uint32_t mcuai_dsp_greatest(const int32_t *x, uint32_t count);
uint32_t *mcuai_dsp_pack_s8(uint32_t *words, const int32_t *x, uint32_t fours,
                            mcuai_dsp_packing *packing);
uint32_t *mcuai_dsp_pack_s4(uint32_t *words, const int32_t *x, uint32_t fours,
                            mcuai_dsp_packing *packing);
uint32_t *mcuai_dsp_pack_s2(uint32_t *words, const int32_t *x, uint32_t fours,
                            mcuai_dsp_packing *packing);

extern const mcuai_matrix_layout mcuai_matrix_dsp_int8, mcuai_matrix_dsp_int4,
    mcuai_matrix_dsp_int2;

#endif
