/* The console of STM32 families whose USART has a TDR: F0, F3, F7, G, H, L0, L4, L5, U5, W. The
 * board's file gives CONSOLE_BASE. */
#ifndef MCUAI_STM32_USART_H
#define MCUAI_STM32_USART_H

#include <stdint.h>

/* 115200 8N1; its clock and pins are the caller's. clock_hz: what the USART is fed with. */
void mcuai_stm32_usart_start(uint32_t clock_hz);

#endif
