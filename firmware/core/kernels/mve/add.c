/* Addition of int8 tensors for Cortex-M55. A model's inputs are scaled so that the larger one's
 * multiplier is exactly a half, of an even number: this needs no multiplication and has its own
 * loop. */
#include "../portable/add.h"

enum { LANES = 4, GREATEST_HALVED_SHIFT = 22 };

/* Read by add.S: x1 * factor1 + offset1 is the first term, x2 * factor2 + offset2 is still to be
 * requantized. */
typedef struct {
    int32_t offset1, offset2;
    int32_t multiplier2, shift2;
    int32_t output_multiplier, output_shift, output_offset;
    int32_t factor1, factor2;
    int32_t low, high;
    int32_t multiplier1, shift1; /* unless halved */
} terms;

void mcuai_mve_add(const terms *t, const int8_t *a, const int8_t *b, int8_t *y, uint32_t vectors);
void mcuai_mve_add_halved(const terms *t, const int8_t *a, const int8_t *b, int8_t *y,
                          uint32_t vectors);

static int shifts_left(const mcuai_add_params *p) {
    return p->shift1 > 0 || p->shift2 > 0 || p->output_shift > 0;
}

static int is_halved(int32_t multiplier, int32_t shift, int32_t left_shift) {
    return multiplier == INT32_C(1) << 30 && shift == 0 && left_shift > 0 &&
           left_shift <= GREATEST_HALVED_SHIFT;
}

/* The assembly takes this for a shift of 0 (matrix.S tells why). */
static int32_t lane_of_shift(int32_t shift) {
    return shift == 0 ? INT32_MIN : shift;
}

static int32_t shift_left(int32_t x, int32_t shift) {
    return (int32_t)((uint32_t)x << shift);
}

static mcuai_add_params swap(const mcuai_add_params *p) {
    mcuai_add_params swapped = *p;
    swapped.offset1 = p->offset2;
    swapped.multiplier1 = p->multiplier2;
    swapped.shift1 = p->shift2;
    swapped.offset2 = p->offset1;
    swapped.multiplier2 = p->multiplier1;
    swapped.shift2 = p->shift1;
    return swapped;
}

static void add_vectors(const mcuai_add_params *p, const int8_t *a, const int8_t *b, int8_t *y,
                        uint32_t vectors) {
    const int halved = is_halved(p->multiplier1, p->shift1, p->left_shift);
    const int32_t shift1 = p->left_shift - (halved ? 1 : 0);
    const terms t = {
        .offset1 = shift_left(p->offset1, shift1),
        .offset2 = shift_left(p->offset2, p->left_shift),
        .multiplier2 = p->multiplier2,
        .shift2 = lane_of_shift(p->shift2),
        .output_multiplier = p->output_multiplier,
        .output_shift = lane_of_shift(p->output_shift),
        .output_offset = p->output_offset,
        .factor1 = shift_left(1, shift1),
        .factor2 = shift_left(1, p->left_shift),
        .low = p->activation_min,
        .high = p->activation_max,
        .multiplier1 = p->multiplier1,
        .shift1 = lane_of_shift(p->shift1),
    };
    if (halved)
        mcuai_mve_add_halved(&t, a, b, y, vectors);
    else
        mcuai_mve_add(&t, a, b, y, vectors);
}

void mcuai_add_s8(const mcuai_add_params *params, const int8_t *a, const int8_t *b, int8_t *y,
                  uint32_t count) {
    const uint32_t vectors = shifts_left(params) ? 0 : count / LANES;
    const uint32_t done = vectors * LANES;
    const mcuai_add_params swapped = swap(params);
    if (vectors > 0) {
        if (is_halved(params->multiplier2, params->shift2, params->left_shift))
            add_vectors(&swapped, b, a, y, vectors);
        else
            add_vectors(params, a, b, y, vectors);
    }
    mcuai_add_elements(params, a + done, b + done, y + done, count - done);
}
