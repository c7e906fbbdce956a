/* Logistic function and hyperbolic tangent of int16, Q0.15, as TensorFlow Lite's integer LSTM
 * interpolates them in one table. docs/arithmetic.md, "Layers with memory". */
#ifndef MCUAI_GATES_H
#define MCUAI_GATES_H

#include <stdint.h>

/* x is Q3.12. */
int16_t mcuai_gate_logistic(int16_t x);

/* x has the scale 2^scale_power: -12 is Q3.12; -24 <= scale_power <= 0. */
int16_t mcuai_gate_tanh(int16_t x, int32_t scale_power);

#endif
