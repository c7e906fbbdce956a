/* Turning of pairs. docs/transformer-arithmetic.md, "Rotary position". */
#ifndef MCUAI_LANGUAGE_ROTATE_H
#define MCUAI_LANGUAGE_ROTATE_H

#include <stdint.h>

/* y[width] = the pairs of x turned by the angles' {cosine, sine}, Q30; y may be x. */
void mcuai_rotate(const int32_t *x, const int32_t *angles, uint32_t width, int32_t *y);

#endif
