/* The rows layout, and what every plain kernel does with an accumulator. */
#ifndef MCUAI_KERNELS_PORTABLE_ROWS_H
#define MCUAI_KERNELS_PORTABLE_ROWS_H

#include "../kernels.h"
#include "../requantize.h"

/* What mcuai_dense_rows and mcuai_conv2d_rows take for `loops`. */
typedef struct {
    uint32_t (*dot)(const uint8_t *weights, const int8_t *x, int32_t depth);
} mcuai_rows_loops;

extern const mcuai_rows_loops mcuai_rows_loops_int8, mcuai_rows_loops_int4, mcuai_rows_loops_int2;

static inline const mcuai_rows_loops *mcuai_rows_loops_of(int32_t bits) {
    return bits == 8   ? &mcuai_rows_loops_int8
           : bits == 4 ? &mcuai_rows_loops_int4
                       : &mcuai_rows_loops_int2;
}

/* Bytes of one row of weights. */
static inline uint32_t mcuai_rows_pitch(uint32_t depth, uint32_t bits) {
    return (uint32_t)(((uint64_t)depth * bits + 7) / 8);
}

/* 12 bytes for each row, then the rows. */
static inline uint32_t mcuai_rows_blob_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    const uint64_t pitch = ((uint64_t)depth * bits + 7) / 8;
    const uint64_t bytes = (sizeof(mcuai_row_record) + pitch) * rows;
    return bytes > UINT32_MAX ? 0 : (uint32_t)bytes;
}

static inline const mcuai_row_record *mcuai_rows_records(const uint8_t *blob) {
    return (const mcuai_row_record *)(const void *)blob;
}

/* Element k of a row of packed weights, sign-extended. */
static inline int32_t mcuai_packed_weight(const uint8_t *row, uint32_t k, uint32_t bits) {
    const uint32_t first = k * bits;
    return (int32_t)((uint32_t)row[first / 8] << (32 - bits - first % 8)) >> (32 - bits);
}

/* Accumulators wrap, as does the addition of the zero point: hostile biases can make both happen.
 */
static inline int8_t mcuai_row_output(uint32_t accumulator, const mcuai_row_record *record,
                                      int32_t zero_point, int32_t low, int32_t high) {
    const int32_t scaled =
        mcuai_requantize((int32_t)accumulator, record->multiplier, record->shift);
    return (int8_t)mcuai_clamp((int32_t)((uint32_t)scaled + (uint32_t)zero_point), low, high);
}

#endif
