/* STM32F405/407 at 168 MHz from the 8 MHz crystal of the Discovery board. */
#ifndef MCUAI_STM32F4_CLOCK_H
#define MCUAI_STM32F4_CLOCK_H

#include <stdint.h>

/* Switches to 168 MHz and returns the clock of APB1 in Hz. Where the crystal or the PLL does not
 * come up (no crystal; an emulator without RCC) the CPU stays on the internal 16 MHz oscillator. */
uint32_t mcuai_stm32f4_clock_start(void);

#endif
