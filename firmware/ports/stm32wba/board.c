/* Clocks and the console of the ST-LINK of the NUCLEO-WBA52CG: USART1 on PB12 (TX) and PA8 (RX),
 * alternate function 7 (DS14127, table "Alternate function AF0 to AF7"; UM3103; RM0493, chapter
 * RCC). */
#include "button.h"
#include "clock.h"
#include "port.h"
#include "stm32/gpio.h"
#include "stm32/usart.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB2ENR       REGISTER(0x46020C8C)
#define RCC_APB2ENR       REGISTER(0x46020CA4)
#define GPIOA             ((stm32_gpio *)0x42020000)
#define GPIOB             ((stm32_gpio *)0x42020400)

#define AHB2ENR_GPIOA_B (1u << 0 | 1u << 1)
#define APB2ENR_USART1  (1u << 14)
#define FUNCTION_USART1 7

void mcuai_port_init(void) {
    const uint32_t apb2_hz = mcuai_stm32wba_clock_start();
    RCC_AHB2ENR |= AHB2ENR_GPIOA_B;
    RCC_APB2ENR |= APB2ENR_USART1;
    (void)RCC_APB2ENR; /* the clock takes two cycles to arrive */
    stm32_gpio_function(GPIOB, 12, FUNCTION_USART1);
    stm32_gpio_function(GPIOA, 8, FUNCTION_USART1);
    mcuai_stm32_usart_start(apb2_hz);
    mcuai_stm32wba_button_start();
}
