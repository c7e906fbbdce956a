/* Rows of weights times a vector, rows layout, in plain C. */
#include "rows.h"

/* Sums are unsigned because accumulators wrap. Four products to a turn: compilers for size leave
 * the loop as it is written. */
static uint32_t dot_int8(const uint8_t *weights, const int8_t *x, int32_t depth) {
    const int8_t *w = (const int8_t *)weights;
    uint32_t sum = 0;
    for (; depth >= 4; depth -= 4, w += 4, x += 4) {
        sum += (uint32_t)(w[0] * x[0]);
        sum += (uint32_t)(w[1] * x[1]);
        sum += (uint32_t)(w[2] * x[2]);
        sum += (uint32_t)(w[3] * x[3]);
    }
    for (; depth > 0; depth--) {
        sum += (uint32_t)(*w++ * *x++);
    }
    return sum;
}

/* The element of a packed byte that starts at bit `from`, sign-extended. */
static inline int32_t field(int32_t byte, uint32_t from, uint32_t bits) {
    return (int32_t)((uint32_t)byte << (32 - bits - from)) >> (32 - bits);
}

/* Both steps of a byte of INT4 weights. The byte is signed: its highest field needs no extension.
 */
static inline uint32_t dot_byte_int4(uint8_t weights, const int8_t *x) {
    const int8_t w = (int8_t)weights;
    return (uint32_t)(field(w, 0, 4) * x[0]) + (uint32_t)((w >> 4) * x[1]);
}

static uint32_t dot_int4(const uint8_t *weights, const int8_t *x, int32_t depth) {
    uint32_t sum = 0;
    for (; depth >= 4; depth -= 4, weights += 2, x += 4) {
        sum += dot_byte_int4(weights[0], x);
        sum += dot_byte_int4(weights[1], x + 2);
    }
    for (int32_t k = 0; k < depth; k++) {
        sum += (uint32_t)(mcuai_packed_weight(weights, (uint32_t)k, 4) * x[k]);
    }
    return sum;
}

static uint32_t dot_int2(const uint8_t *weights, const int8_t *x, int32_t depth) {
    uint32_t sum = 0;
    for (; depth >= 4; depth -= 4, x += 4) {
        const int8_t w = (int8_t)*weights++;
        sum += (uint32_t)(field(w, 0, 2) * x[0]);
        sum += (uint32_t)(field(w, 2, 2) * x[1]);
        sum += (uint32_t)(field(w, 4, 2) * x[2]);
        sum += (uint32_t)((w >> 6) * x[3]);
    }
    for (int32_t k = 0; k < depth; k++) {
        sum += (uint32_t)(mcuai_packed_weight(weights, (uint32_t)k, 2) * x[k]);
    }
    return sum;
}

const mcuai_rows_loops mcuai_rows_loops_int8 = {dot_int8};
const mcuai_rows_loops mcuai_rows_loops_int4 = {dot_int4};
const mcuai_rows_loops mcuai_rows_loops_int2 = {dot_int2};

void mcuai_dense_rows(const mcuai_dense *args) {
    const mcuai_rows_loops *loops = args->loops;
    const uint32_t pitch = mcuai_rows_pitch((uint32_t)args->depth, (uint32_t)args->bits);
    const mcuai_row_record *record = mcuai_rows_records(args->weights);
    const uint8_t *weights = args->weights + sizeof *record * (size_t)args->rows;
    for (int32_t row = 0; row < args->rows; row++, record++, weights += pitch) {
        const uint32_t sum = (uint32_t)record->bias + loops->dot(weights, args->input, args->depth);
        args->output[row] = mcuai_row_output(sum, record, args->output_zero_point,
                                             args->activation_min, args->activation_max);
    }
}

uint32_t mcuai_dense_rows_scratch(const mcuai_dense *args) {
    (void)args;
    return 0;
}

uint32_t mcuai_dense_rows_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    return mcuai_rows_blob_bytes(rows, depth, bits);
}
