/* STM32WBA5x at 100 MHz from the 32 MHz crystal that its radio needs anyway. */
#ifndef MCUAI_STM32WBA_CLOCK_H
#define MCUAI_STM32WBA_CLOCK_H

#include <stdint.h>

/* Switches to 100 MHz, with the instruction cache on, and returns the clock of all APBs in Hz.
 * Where the regulator, the crystal or the PLL does not come up, the CPU stays on the internal 16
 * MHz oscillator. */
uint32_t mcuai_stm32wba_clock_start(void);

#endif
