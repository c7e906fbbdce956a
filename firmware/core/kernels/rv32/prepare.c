/* Vectors in the form that the inner kernels read (rows_int8.S, rows_int4_int2.S), and the kernels
 * of each type of weights. */
#include "run.h"

/* The fields of a sum start here so that no true sum makes them negative. */
#define FIELD_START UINT32_C(0x7f007f00)

static inline int32_t raised(int32_t x, int32_t by) {
    return (int32_t)((uint32_t)x << by);
}

static inline int32_t widen_eight_int4(const int8_t *x, int32_t *widened) {
    int32_t sum = 0;
    for (int32_t word = 0; word < 2; word++, x += 4, widened += 4) {
        const int32_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
        sum += x0 + x1 + x2 + x3;
        widened[0] = raised(x2, 24);
        widened[1] = raised(x3, 20);
        widened[2] = raised(x0, 24);
        widened[3] = raised(x1, 20);
    }
    return sum;
}

static inline int32_t widen_eight_int2(const int8_t *x, int32_t *widened) {
    int32_t sum = 0;
    for (int32_t k = 0; k < 4; k++) {
        const int32_t low = x[k], high = x[k + 4];
        sum += low + high;
        widened[k] = raised(high, 24 - 2 * k);
        widened[k + 4] = raised(low, 24 - 2 * k);
    }
    return sum;
}

static inline int32_t widen_eight(const int8_t *x, int32_t bits, int32_t *widened) {
    return bits == 4 ? widen_eight_int4(x, widened) : widen_eight_int2(x, widened);
}

/* A group of up to 32 or 128 steps. */
static int32_t *widen_group(const int8_t *x, int32_t depth, int32_t bits, int32_t *group) {
    int32_t *widened = group + 2;
    int32_t sum = 0;
    for (; depth >= 8; depth -= 8, x += 8, widened += 8) {
        sum += widen_eight(x, bits, widened);
    }
    if (depth > 0) {
        int8_t last[8] = {0};
        for (int32_t k = 0; k < depth; k++) {
            last[k] = x[k];
        }
        sum += widen_eight(last, bits, widened);
        widened += 8;
    }
    const uint32_t offset = bits == 4 ? UINT32_C(0x00080008) : UINT32_C(0x00020002);
    group[0] = (int32_t)(FIELD_START - offset * (uint32_t)sum);
    group[1] = (int32_t)(intptr_t)widened;
    return widened;
}

static void prepare(mcuai_rv32_run *run, const int8_t *x, int32_t depth, int32_t bits,
                    int32_t *scratch) {
    const int32_t group = bits == 4 ? 32 : 128;
    run->x = scratch;
    for (; depth > 0; depth -= group, x += group) {
        scratch = widen_group(x, depth < group ? depth : group, bits, scratch);
    }
    run->x_end = scratch;
}

static void prepare_int4(mcuai_rv32_run *run, const int8_t *x, int32_t depth, int32_t *scratch) {
    prepare(run, x, depth, 4, scratch);
}

static void prepare_int2(mcuai_rv32_run *run, const int8_t *x, int32_t depth, int32_t *scratch) {
    prepare(run, x, depth, 2, scratch);
}

/* The depth in whole fours, and the rest of it with zeros. */
static void prepare_int8(mcuai_rv32_run *run, const int8_t *x, int32_t depth, int32_t *scratch) {
    (void)scratch;
    const int32_t left = depth & 3;
    run->x = x;
    run->x_end = run->tail_end = x + (depth - left);
    if (left > 0) {
        for (int32_t k = 0; k < 4; k++) {
            run->tail[k] = k < left ? x[depth - left + k] : 0;
        }
        run->tail_end = run->tail + 4;
        if (depth < 4) {
            run->x = run->tail;
            run->x_end = run->tail_end;
        }
    }
}

const mcuai_rv32_loops mcuai_rv32_loops_int8 = {
    .prepare = prepare_int8,
    .rows = {mcuai_rv32_int8_2_rows, mcuai_rv32_int8_2_rows, mcuai_rv32_int8_4_rows,
             mcuai_rv32_int8_8_rows, mcuai_rv32_int8_16_rows},
    .widest = 4,
};
const mcuai_rv32_loops mcuai_rv32_loops_int4 = {
    .prepare = prepare_int4,
    .rows = {mcuai_rv32_int4_2_rows, mcuai_rv32_int4_2_rows, mcuai_rv32_int4_4_rows,
             mcuai_rv32_int4_8_rows},
    .widest = 3,
};
const mcuai_rv32_loops mcuai_rv32_loops_int2 = {
    .prepare = prepare_int2,
    .rows = {mcuai_rv32_int2_2_rows, mcuai_rv32_int2_2_rows, mcuai_rv32_int2_4_rows,
             mcuai_rv32_int2_8_rows},
    .widest = 3,
};
