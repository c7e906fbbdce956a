/* Vectors in the form that the inner kernels read (rows_int8.S, rows_int4_int2.S). */
#include "run.h"

/* The fields of a sum start here so that no true sum makes them negative. */
#define FIELD_START UINT32_C(0x7f007f00)

static inline int32_t *widen_two(int32_t a, int32_t b, int32_t *widened) {
    widened[0] = a;
    widened[1] = (int32_t)((uint32_t)b << 24);
    widened[2] = (int32_t)(FIELD_START - UINT32_C(0x00800080) * (uint32_t)(a + b));
    return widened + 3;
}

static int32_t *widen_int8(const int8_t *x, int32_t depth, int32_t *widened) {
    const int8_t *const whole = x + (depth & ~3);
    for (; x != whole; x += 4) {
        widened = widen_two(x[0], x[1], widened);
        widened = widen_two(x[2], x[3], widened);
    }
    const int32_t left = depth & 3;
    if (left > 0) {
        widened = widen_two(x[0], left > 1 ? x[1] : 0, widened);
        widened = widen_two(left > 2 ? x[2] : 0, 0, widened);
    }
    return widened;
}

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

int32_t *mcuai_rv32_widen(const int8_t *x, int32_t depth, int32_t bits, int32_t *widened) {
    if (bits == 8) {
        return widen_int8(x, depth, widened);
    }
    const int32_t group = bits == 4 ? 32 : 128;
    for (; depth > 0; depth -= group, x += group) {
        widened = widen_group(x, depth < group ? depth : group, bits, widened);
    }
    return widened;
}
