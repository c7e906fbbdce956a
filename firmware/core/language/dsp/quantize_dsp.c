/* Vectors as the kernels of matrices take them: numbers in pairs (0, 2) and (1, 3), filled up with
 * zeros, and what the kernels need of their sums. */
#include "quantize_dsp.h"

typedef uint32_t *(*packer)(uint32_t *words, const int32_t *x, uint32_t fours,
                            mcuai_dsp_packing *packing);

mcuai_real mcuai_dsp_scale_of(const int32_t *x, uint32_t count, mcuai_dsp_packing *packing) {
    *packing = (mcuai_dsp_packing){0, 0, 0, 0};
    const uint32_t greatest = mcuai_dsp_greatest(x, count);
    if (greatest == 0)
        return (mcuai_real){0, 0};
    const int32_t h = mcuai_zeros(greatest); /* at least 1 */
    const uint32_t top = ((greatest << h) - 1) / 65536 + 1;
    packing->shift = (uint32_t)h - 1;
    packing->reciprocal = (int32_t)((UINT32_C(127) << 24) / top << 14);
    const uint32_t step = top * 33026; /* 2^22 / 127 */
    return step >> 31 ? (mcuai_real){(int32_t)(step >> 1), 10 - h}
                      : (mcuai_real){(int32_t)step, 9 - h};
}

/* x[count], filled up with zeros to so many fours. */
static inline uint32_t *pack(packer write, uint32_t *words, const int32_t *x, uint32_t count,
                             uint32_t fours, mcuai_dsp_packing *packing) {
    const uint32_t whole = count / 4;
    if (whole)
        words = write(words, x, whole, packing);
    if (count % 4) {
        int32_t last[4] = {0, 0, 0, 0};
        for (uint32_t i = 0; i < count % 4; i++)
            last[i] = x[4 * whole + i];
        words = write(words, last, 1, packing);
    }
    for (uint32_t i = (count + 3) / 4; i < fours; i++) {
        *words++ = 0;
        *words++ = 0;
    }
    return words;
}

mcuai_vector mcuai_dsp_quantize_int8(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    mcuai_dsp_packing packing;
    mcuai_vector vector = {memory, mcuai_dsp_scale_of(x, matrix->depth, &packing), 0};
    pack(mcuai_dsp_pack_s8, memory, x, matrix->depth, 0, &packing);
    vector.sum = -packing.neighbours;
    return vector;
}

mcuai_vector mcuai_dsp_quantize_int4(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    const uint32_t depth = mcuai_dsp_int4_depth(matrix->group);
    mcuai_dsp_packing packing;
    const mcuai_vector vector = {memory, mcuai_dsp_scale_of(x, matrix->depth, &packing), 0};
    uint32_t *cell = memory;
    for (uint32_t left = matrix->depth, count; left; left -= count, x += count) {
        count = left < depth ? left : depth;
        const uint32_t eights = (count + 7) / 8;
        packing.neighbours = packing.numbers = 0;
        uint32_t *end = pack(mcuai_dsp_pack_s4, cell + 5, x, count, 2 * eights, &packing);
        /* Codes are w + 8 in the halves' lower fields. */
        cell[0] = (uint32_t)(-packing.neighbours - 8 * packing.numbers);
        cell[1] = (uint32_t)(-packing.neighbours - 0x88 * packing.numbers);
        cell[2] = (uint32_t)(-0x808 * packing.numbers);
        cell[3] = (uint32_t)(-0x888 * packing.numbers);
        cell[4] = mcuai_dsp_linear_s4_entries[eights - 1];
        *end = mcuai_dsp_linear_s4_entries[left > count ? 4 : 5];
        cell = end + 1;
    }
    return vector;
}

mcuai_vector mcuai_dsp_quantize_int2(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    mcuai_dsp_packing packing;
    const mcuai_vector vector = {memory, mcuai_dsp_scale_of(x, matrix->depth, &packing), 0};
    uint32_t *cell = memory;
    for (uint32_t left = matrix->depth, count; left; left -= count, x += count) {
        count = left < MCUAI_DSP_INT2_DEPTH ? left : MCUAI_DSP_INT2_DEPTH;
        packing.numbers = 0;
        uint32_t *end = pack(mcuai_dsp_pack_s2, cell + 1, x, count, 4, &packing);
        cell[0] = (uint32_t)(packing.numbers / 4 * 32762);
        *end = mcuai_dsp_linear_s2_entries[left > count ? 0 : 1];
        cell = end + 1;
    }
    return vector;
}
