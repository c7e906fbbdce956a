/* The user button of the Discovery board: PA0, high when pressed (UM1472, 6.4). Both of its edges
 * wake the CPU (RM0090, 9.2 (SYSCFG), 12.3 (EXTI)). */
#include "button.h"

#include "port.h"
#include "stm32/gpio.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB1ENR       REGISTER(0x40023830)
#define RCC_APB2ENR       REGISTER(0x40023844)
#define SYSCFG_EXTICR1    REGISTER(0x40013808)
#define EXTI_IMR          REGISTER(0x40013C00)
#define EXTI_RTSR         REGISTER(0x40013C08)
#define EXTI_FTSR         REGISTER(0x40013C0C)
#define EXTI_PR           REGISTER(0x40013C14)
#define NVIC_ISER0        REGISTER(0xE000E100)
#define GPIOA             ((stm32_gpio *)0x40020000)

#define AHB1ENR_GPIOA  (1u << 0)
#define APB2ENR_SYSCFG (1u << 14)
#define PIN            0
#define LINE           (1u << PIN)
#define EXTICR1_0      0xFu
#define EXTI0          6

void mcuai_stm32f4_exti0(void);

void mcuai_stm32f4_exti0(void) {
    EXTI_PR = LINE;
}

void mcuai_stm32f4_button_start(void) {
    RCC_AHB1ENR |= AHB1ENR_GPIOA;
    RCC_APB2ENR |= APB2ENR_SYSCFG;
    (void)RCC_APB2ENR; /* the clock takes two cycles to arrive (RM0090, 7.2) */
    stm32_gpio_mode(GPIOA, PIN, STM32_GPIO_INPUT);
    SYSCFG_EXTICR1 &= ~EXTICR1_0; /* port A */
    EXTI_RTSR |= LINE;
    EXTI_FTSR |= LINE;
    EXTI_IMR |= LINE;
    NVIC_ISER0 = 1u << EXTI0;
}

int mcuai_port_button(void) {
    return (int)stm32_gpio_read(GPIOA, PIN);
}
