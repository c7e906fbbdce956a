#include "rotate.h"

void mcuai_rotate(const int32_t *x, const int32_t *angles, uint32_t width, int32_t *y) {
    for (uint32_t i = 0; i < width; i += 2)
        mcuai_rotate_pair(x + i, angles + i, y + i);
}
