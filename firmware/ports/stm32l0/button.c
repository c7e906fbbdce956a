/* The user button of the B-L072Z-LRWAN1: PB2, low when pressed (UM2115). Both of its edges wake the
 * CPU (RM0376, 10.2 (SYSCFG), 13.5 (EXTI), chapter NVIC). */
#include "button.h"

#include "port.h"
#include "stm32/gpio.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_IOPENR        REGISTER(0x4002102C)
#define RCC_APB2ENR       REGISTER(0x40021034)
#define SYSCFG_EXTICR1    REGISTER(0x40010008)
#define EXTI_IMR          REGISTER(0x40010400)
#define EXTI_RTSR         REGISTER(0x40010408)
#define EXTI_FTSR         REGISTER(0x4001040C)
#define EXTI_PR           REGISTER(0x40010414)
#define NVIC_ISER         REGISTER(0xE000E100)
#define GPIOB             ((stm32_gpio *)0x50000400)

#define IOPENR_GPIOB   (1u << 1)
#define APB2ENR_SYSCFG (1u << 0)
#define PIN            2
#define LINE           (1u << PIN)
#define EXTICR1_2      (0xFu << 8)
#define EXTICR1_2_B    (1u << 8)
#define EXTI2_3        6

void mcuai_cortex_m_fault(void);
void mcuai_stm32l0_exti2_3(void);

extern const uintptr_t mcuai_stm32l0_interrupts[EXTI2_3 + 1];

__attribute__((section(".vectors.interrupts"), used))
const uintptr_t mcuai_stm32l0_interrupts[EXTI2_3 + 1] = {
    [0 ... EXTI2_3 - 1] = (uintptr_t)mcuai_cortex_m_fault,
    [EXTI2_3] = (uintptr_t)mcuai_stm32l0_exti2_3,
};

void mcuai_stm32l0_exti2_3(void) {
    EXTI_PR = LINE;
}

void mcuai_stm32l0_button_start(void) {
    RCC_IOPENR |= IOPENR_GPIOB;
    RCC_APB2ENR |= APB2ENR_SYSCFG;
    (void)RCC_APB2ENR; /* the clock takes two cycles to arrive (RM0376, 7.2) */
    stm32_gpio_mode(GPIOB, PIN, STM32_GPIO_INPUT);
    stm32_gpio_pull(GPIOB, PIN, STM32_GPIO_PULL_UP);
    SYSCFG_EXTICR1 = (SYSCFG_EXTICR1 & ~EXTICR1_2) | EXTICR1_2_B;
    EXTI_RTSR |= LINE;
    EXTI_FTSR |= LINE;
    EXTI_IMR |= LINE;
    NVIC_ISER = 1u << EXTI2_3;
}

int mcuai_port_button(void) {
    return !stm32_gpio_read(GPIOB, PIN);
}
