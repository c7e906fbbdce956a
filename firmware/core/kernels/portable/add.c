/* Addition of two int8 tensors of one shape. */
#include "add.h"

/* y may be a or b, or start before either. */
void mcuai_add_s8(const mcuai_add_params *params, const int8_t *a, const int8_t *b, int8_t *y,
                  uint32_t count) {
    mcuai_add_elements(params, a, b, y, count);
}
