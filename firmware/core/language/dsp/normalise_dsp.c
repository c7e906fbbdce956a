#include "../normalise.h"

#include "linear.h"

/* The assembly reads these in their order; `right` is at least 1. */
typedef struct {
    int32_t factor;
    uint32_t right, left;
} mcuai_dsp_norming;

uint64_t mcuai_dsp_squares(const int32_t *x, uint32_t fours, uint64_t sum, uint32_t shift);
void mcuai_dsp_norm(const int32_t *x, const int16_t *gain, uint32_t fours, int32_t *y,
                    const mcuai_dsp_norming *norming);

static int32_t top16(int32_t x, uint32_t left) {
    return mcuai_shift_left(x, left) >> 16;
}

static void scale(const mcuai_norm *norm, mcuai_norm_scale scale, uint32_t left, const int32_t *x,
                  int32_t *y) {
    const uint32_t fours = scale.shift < 0 ? norm->count / 4 : 0;
    const mcuai_dsp_norming norming = {scale.factor, (uint32_t)-scale.shift, left};
    if (fours)
        mcuai_dsp_norm(x, norm->gain, fours, y, &norming);
    for (uint32_t i = 4 * fours; i < norm->count; i++) {
        const int32_t v = mcuai_high_round(mcuai_shift_left(top16(x[i], left), 15), scale.factor);
        y[i] = mcuai_shift_round(mcuai_high_round(v, mcuai_shift_left(norm->gain[i], 16)),
                                 scale.shift);
    }
}

void mcuai_rms_normalise(const mcuai_norm *norm, const int32_t *x, int32_t *y) {
    const uint32_t greatest = mcuai_dsp_greatest(x, norm->count), fours = norm->count / 4;
    if (greatest == 0) {
        for (uint32_t i = 0; i < norm->count; i++)
            y[i] = 0;
        return;
    }
    const uint32_t left = (uint32_t)mcuai_zeros(greatest) - 1;
    uint64_t sum = mcuai_norm_epsilon(norm->epsilon, (int32_t)left + 1);
    if (fours)
        sum = mcuai_dsp_squares(x, fours, sum, left);
    for (uint32_t i = 4 * fours; i < norm->count; i++) {
        const int32_t v = top16(x[i], left);
        sum += (uint32_t)(v * v);
    }
    scale(norm, mcuai_norm_scale_of(norm, sum), left, x, y);
}
