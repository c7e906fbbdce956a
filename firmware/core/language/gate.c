#include "gate.h"

#include "arithmetic.h"
#include "functions.h"

void mcuai_swiglu(const int32_t *gate, const int32_t *up, uint32_t count, int32_t *y) {
    for (uint32_t i = 0; i < count; i++) {
        const int64_t weighted = (int64_t)gate[i] * mcuai_sigmoid(gate[i]);
        const int32_t open = mcuai_saturate((weighted + (1 << 14)) >> 15);
        y[i] = mcuai_saturate(((int64_t)open * up[i] + (1 << 15)) >> 16);
    }
}
