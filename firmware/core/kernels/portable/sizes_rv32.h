/* Sizes in the RV32 layout (docs/pack-format.md, "rv32"). */
#ifndef MCUAI_KERNELS_PORTABLE_SIZES_RV32_H
#define MCUAI_KERNELS_PORTABLE_SIZES_RV32_H

#include <stdint.h>

static inline uint32_t mcuai_rv32_words_per_pair(uint32_t depth, uint32_t bits) {
    return bits == 8 ? (depth + 3) / 4 * 2 : bits == 4 ? (depth + 7) / 8 * 2 : (depth + 7) / 8;
}

/* Two starting sums, the words, two records of three words. */
static inline uint64_t mcuai_rv32_pair_bytes(uint32_t depth, uint32_t bits) {
    return 32 + 4 * (uint64_t)mcuai_rv32_words_per_pair(depth, bits);
}

static inline uint32_t mcuai_rv32_blob_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    const uint64_t bytes = ((uint64_t)rows + 1) / 2 * mcuai_rv32_pair_bytes(depth, bits);
    return depth > UINT32_MAX - 8 || bytes > UINT32_MAX ? 0 : (uint32_t)bytes;
}

#endif
