/* STM32H743/753 at 400 MHz from the 8 MHz that the ST-LINK of a Nucleo-144 board gives. */
#ifndef MCUAI_STM32H7_CLOCK_H
#define MCUAI_STM32H7_CLOCK_H

#include <stdint.h>

/* Switches to 400 MHz, AHB 200 MHz, and returns the clock of APB1 in Hz. Where the supply, the
 * clock of the ST-LINK or the PLL does not come up, the CPU stays on the internal 64 MHz
 * oscillator. */
uint32_t mcuai_stm32h7_clock_start(void);

/* Instruction and data cache. No port of this family moves data by DMA, so nothing has to be
 * written back. */
void mcuai_stm32h7_caches_start(void);

#endif
