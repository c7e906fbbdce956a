/* From the bits of a PDM microphone to samples: a CIC filter of order 4 and a FIR filter that takes
 * every fourth of its values, makes up for its droop and keeps out what would be folded into the
 * band. */
#ifndef MCUAI_PDM_DECIMATOR_H
#define MCUAI_PDM_DECIMATOR_H

#include <stdint.h>

enum { PDM_ORDER = 4, PDM_TAPS = 96, PDM_FIR_FACTOR = 4 };

typedef struct {
    uint32_t bytes;                  /* of PDM for each value of the CIC filter: 2 or 4 */
    uint32_t integrators[PDM_ORDER]; /* they wrap, and the combs undo it */
    uint32_t combs[PDM_ORDER];       /* the values before */
    int16_t steps[256][PDM_ORDER];   /* what the bits of a byte add to each integrator */
    int32_t history[2 * PDM_TAPS]; /* values of the CIC filter, twice, so that each window is in one
                                      piece */
    uint32_t place, phase,
        bytes_pending; /* in the history; values and bytes since the last output */
} pdm_decimator;

/* One sample for each 16 * 4 or 32 * 4 bits. */
void pdm_start(pdm_decimator *decimator, uint32_t cic_factor);

/* Words hold 16 bits, the first bit highest. Returns how many samples they completed. Samples are 8
 * times (18 dB) as great as full scale of the bits says, and saturate: microphones have their full
 * scale far above speech. */
uint32_t pdm_decimate(pdm_decimator *decimator, const uint16_t *words, uint32_t count,
                      int16_t *samples);

#endif
