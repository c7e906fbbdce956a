/* Clocks and the console of the ST-LINK of the B-L072Z-LRWAN1: USART2 on PA2 (TX) and PA3 (RX),
 * alternate function 4 (DS10689, table "Alternate functions port A"; UM2115; RM0376, 7.3). */
#include "button.h"
#include "clock.h"
#include "port.h"
#include "stm32/gpio.h"
#include "stm32/usart.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_IOPENR        REGISTER(0x4002102C)
#define RCC_APB1ENR       REGISTER(0x40021038)
#define GPIOA             ((stm32_gpio *)0x50000000)

#define IOPENR_GPIOA    (1u << 0)
#define APB1ENR_USART2  (1u << 17)
#define FUNCTION_USART2 4

void mcuai_port_init(void) {
    const uint32_t apb1_hz = mcuai_stm32l0_clock_start();
    RCC_IOPENR |= IOPENR_GPIOA;
    RCC_APB1ENR |= APB1ENR_USART2;
    (void)RCC_APB1ENR; /* the clock takes two cycles to arrive (RM0376, 7.2) */
    stm32_gpio_function(GPIOA, 2, FUNCTION_USART2);
    stm32_gpio_function(GPIOA, 3, FUNCTION_USART2);
    mcuai_stm32_usart_start(apb1_hz);
    mcuai_stm32l0_button_start();
}
