/* What is normal: mean and scale of each feature, trained and adapted. */
#include "features.h"

#include "../audio/stages.h"

/* Standard deviation of a feature, Q8; at least 1/256 of a step. */
static uint32_t deviation(const mcuai_normal *normal) {
    const uint32_t root = mcuai_square_root(normal->variance);
    return root ? root : 1;
}

/* Features of 16 bits less means of as many, Q8: 25 bits; times at most 64 levels: 31. */
void mcuai_normalise(const mcuai_detector *d, int8_t *levels) {
    for (uint32_t i = 0; i < d->tables->features; i++) {
        const int32_t difference = d->features[i] * 256 - (int32_t)(d->normal[i].mean >> 16);
        const uint32_t magnitude = (uint32_t)(difference < 0 ? -difference : difference);
        const uint32_t scale = deviation(&d->normal[i]);
        const uint32_t steps =
            (uint32_t)(((uint64_t)magnitude * d->tables->levels + scale / 2) / scale);
        const int32_t most = steps < 128 ? (int32_t)steps : 128;
        const int32_t y = d->tables->input_zero + (difference < 0 ? -most : most);
        levels[i] = (int8_t)(y < -128 ? -128 : y > 127 ? 127 : y);
    }
}

/* A share of a difference: of the first frames that makes the mean of all, later it is 2^-shift. */
static int64_t share(int64_t difference, uint32_t learned, uint32_t shift) {
    return learned < UINT32_C(1) << shift ? difference / (int64_t)(learned + 1)
                                          : difference >> shift;
}

/* Means move by a share of what they were off, variances by a share of what the square was off. */
void mcuai_adapt(mcuai_detector *d) {
    const uint32_t shift = d->tables->adaptation;
    if (shift == 0)
        return;
    for (uint32_t i = 0; i < d->tables->features; i++) {
        mcuai_normal *normal = &d->normal[i];
        const int64_t difference = (int64_t)d->features[i] * (1 << 24) - normal->mean;
        const int64_t off = d->learned ? difference >> 16 : 0;
        normal->mean += share(difference, d->learned, shift);
        normal->variance =
            (uint64_t)((int64_t)normal->variance +
                       share(off * off - (int64_t)normal->variance, d->learned, shift));
    }
    d->learned += d->learned < UINT32_MAX;
}
