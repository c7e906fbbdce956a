/* STM32L0x2 at 32 MHz from its internal 16 MHz oscillator. */
#ifndef MCUAI_STM32L0_CLOCK_H
#define MCUAI_STM32L0_CLOCK_H

#include <stdint.h>

/* Switches to 32 MHz and returns the clock of both APBs in Hz. Where the regulator or the PLL does
 * not come up, the CPU stays on the multi-speed oscillator's 2.1 MHz. */
uint32_t mcuai_stm32l0_clock_start(void);

#endif
