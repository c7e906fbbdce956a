/* How far outputs are off their targets. */
#include "features.h"

#include "../audio/stages.h"

/* Differences have 16 fractional bits and at most 29 in all, squares 56; 20 bits of them are kept,
 * and weights have 8: 4096 terms of 44 + 16 bits would not fit, but the check bounds the factors.
 */
int32_t mcuai_score(const mcuai_detector_tables *t, const int8_t *outputs, const int8_t *targets) {
    const uint16_t *weights = mcuai_detector_at(t, t->weights_at);
    const int32_t output_factor = (int32_t)t->output_factor;
    const int32_t input_factor = targets ? (int32_t)t->input_factor : 0;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < t->outputs; i++) {
        const int32_t target = targets ? targets[i] - t->input_zero : 0;
        const int64_t off =
            (int64_t)(outputs[i] - t->output_zero) * output_factor - (int64_t)target * input_factor;
        sum += ((uint64_t)(off * off) >> 20) * weights[i];
    }
    return mcuai_log2(sum + 1);
}
