#include "rotate.h"

#include "arithmetic.h"

/* (sum + 2^29) / 2^30. Sums wrap, as numbers that are no cosine and sine can make them. */
static int32_t divide(uint64_t sum) {
    return mcuai_saturate((int64_t)(sum + (UINT64_C(1) << 29)) >> 30);
}

static uint64_t product(int32_t a, int32_t b) {
    return (uint64_t)((int64_t)a * b);
}

void mcuai_rotate(const int32_t *x, const int32_t *angles, uint32_t width, int32_t *y) {
    for (uint32_t i = 0; i < width; i += 2) {
        const int32_t a = x[i], b = x[i + 1], c = angles[i], s = angles[i + 1];
        y[i] = divide(product(a, c) - product(b, s));
        y[i + 1] = divide(product(a, s) + product(b, c));
    }
}
