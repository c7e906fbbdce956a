/* The gated unit of feed-forward layers. docs/transformer-arithmetic.md, "SwiGLU". */
#ifndef MCUAI_LANGUAGE_GATE_H
#define MCUAI_LANGUAGE_GATE_H

#include <stdint.h>

/* y = gate * sigmoid(gate) * up; y may be either. */
void mcuai_swiglu(const int32_t *gate, const int32_t *up, uint32_t count, int32_t *y);

#endif
