/* Clocks, caches and the console of the ST-LINK: USART3 on PD8 (TX) and PD9 (RX), alternate
 * function 7 (DS12117, table "Port D alternate functions"; RM0433, 8.7). */
#include "button.h"
#include "clock.h"
#include "port.h"
#include "stm32/gpio.h"
#include "stm32/usart.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB4ENR       REGISTER(0x580244E0)
#define RCC_APB1LENR      REGISTER(0x580244E8)
#define GPIOD             ((stm32_gpio *)0x58020C00)

#define AHB4ENR_GPIOD   (1u << 3)
#define APB1LENR_USART3 (1u << 18)
#define FUNCTION_USART3 7

void mcuai_port_init(void) {
    mcuai_stm32h7_caches_start();
    const uint32_t apb1_hz = mcuai_stm32h7_clock_start();
    RCC_AHB4ENR |= AHB4ENR_GPIOD;
    RCC_APB1LENR |= APB1LENR_USART3;
    (void)RCC_APB1LENR; /* the clock takes two cycles to arrive (RM0433, 8.5) */
    stm32_gpio_function(GPIOD, 8, FUNCTION_USART3);
    stm32_gpio_function(GPIOD, 9, FUNCTION_USART3);
    mcuai_stm32_usart_start(apb1_hz);
    mcuai_stm32h7_button_start();
}
