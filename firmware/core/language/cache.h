/* The cache of attention: int8 with a scale for each position and part of a line.
 * docs/transformer-arithmetic.md, "Attention". */
#ifndef MCUAI_LANGUAGE_CACHE_H
#define MCUAI_LANGUAGE_CACHE_H

#include <stdint.h>

/* Quantizes x[count] to line[count] with a scale of so many bits of fraction, 8..22. */
void mcuai_append(const int32_t *x, uint32_t count, int32_t fraction, int8_t *line, int16_t *scale);

#endif
