/* B1 of the NUCLEO-WBA52CG: PC13, low when pressed (UM3103). Both of its edges wake the CPU
 * (RM0493, chapters EXTI and NVIC). */
#include "button.h"

#include "port.h"
#include "stm32/gpio.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB2ENR       REGISTER(0x46020C8C)
#define EXTI_RTSR1        REGISTER(0x46022000)
#define EXTI_FTSR1        REGISTER(0x46022004)
#define EXTI_RPR1         REGISTER(0x4602200C)
#define EXTI_FPR1         REGISTER(0x46022010)
#define EXTI_EXTICR4      REGISTER(0x4602206C)
#define EXTI_IMR1         REGISTER(0x46022080)
#define NVIC_ISER0        REGISTER(0xE000E100)
#define GPIOC             ((stm32_gpio *)0x42020800)

#define AHB2ENR_GPIOC (1u << 2)
#define PIN           13
#define LINE          (1u << PIN)
#define EXTICR4_13    (0xFFu << 8)
#define EXTICR4_13_C  (2u << 8)
#define EXTI13        24

void mcuai_cortex_m_fault(void);
void mcuai_stm32wba_exti13(void);

extern const uintptr_t mcuai_stm32wba_interrupts[EXTI13 + 1];

__attribute__((section(".vectors.interrupts"), used))
const uintptr_t mcuai_stm32wba_interrupts[EXTI13 + 1] = {
    [0 ... EXTI13 - 1] = (uintptr_t)mcuai_cortex_m_fault,
    [EXTI13] = (uintptr_t)mcuai_stm32wba_exti13,
};

void mcuai_stm32wba_exti13(void) {
    EXTI_RPR1 = LINE;
    EXTI_FPR1 = LINE;
}

void mcuai_stm32wba_button_start(void) {
    RCC_AHB2ENR |= AHB2ENR_GPIOC;
    (void)RCC_AHB2ENR; /* the clock takes two cycles to arrive */
    stm32_gpio_mode(GPIOC, PIN, STM32_GPIO_INPUT);
    stm32_gpio_pull(GPIOC, PIN, STM32_GPIO_PULL_UP);
    EXTI_EXTICR4 = (EXTI_EXTICR4 & ~EXTICR4_13) | EXTICR4_13_C;
    EXTI_RTSR1 |= LINE;
    EXTI_FTSR1 |= LINE;
    EXTI_IMR1 |= LINE;
    NVIC_ISER0 = 1u << EXTI13;
}

int mcuai_port_button(void) {
    return !stm32_gpio_read(GPIOC, PIN);
}
