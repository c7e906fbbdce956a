/* The user button of a Nucleo-144 board: PC13, high when pressed (UM2407, 7.7). Both of its edges
 * wake the CPU (RM0433, 12.3 (SYSCFG), 20.6 (EXTI), 19.1 (vectors)). */
#include "button.h"

#include "port.h"
#include "stm32/gpio.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB4ENR       REGISTER(0x580244E0)
#define RCC_APB4ENR       REGISTER(0x580244F4)
#define SYSCFG_EXTICR4    REGISTER(0x58000414)
#define EXTI_RTSR1        REGISTER(0x58000000)
#define EXTI_FTSR1        REGISTER(0x58000004)
#define EXTI_CPUIMR1      REGISTER(0x58000080)
#define EXTI_CPUPR1       REGISTER(0x58000088)
#define NVIC_ISER1        REGISTER(0xE000E104)
#define GPIOC             ((stm32_gpio *)0x58020800)

#define AHB4ENR_GPIOC  (1u << 2)
#define APB4ENR_SYSCFG (1u << 1)
#define PIN            13
#define LINE           (1u << PIN)
#define EXTICR4_13     (0xFu << 4)
#define EXTICR4_13_C   (2u << 4)
#define EXTI15_10      40

void mcuai_cortex_m_fault(void);
void mcuai_stm32h7_exti15_10(void);

extern const uintptr_t mcuai_stm32h7_interrupts[EXTI15_10 + 1];

__attribute__((section(".vectors.interrupts"), used))
const uintptr_t mcuai_stm32h7_interrupts[EXTI15_10 + 1] = {
    [0 ... EXTI15_10 - 1] = (uintptr_t)mcuai_cortex_m_fault,
    [EXTI15_10] = (uintptr_t)mcuai_stm32h7_exti15_10,
};

void mcuai_stm32h7_exti15_10(void) {
    EXTI_CPUPR1 = LINE;
}

void mcuai_stm32h7_button_start(void) {
    RCC_AHB4ENR |= AHB4ENR_GPIOC;
    RCC_APB4ENR |= APB4ENR_SYSCFG;
    (void)RCC_APB4ENR; /* the clock takes two cycles to arrive (RM0433, 8.5) */
    stm32_gpio_mode(GPIOC, PIN, STM32_GPIO_INPUT);
    SYSCFG_EXTICR4 = (SYSCFG_EXTICR4 & ~EXTICR4_13) | EXTICR4_13_C;
    EXTI_RTSR1 |= LINE;
    EXTI_FTSR1 |= LINE;
    EXTI_CPUIMR1 |= LINE;
    NVIC_ISER1 = 1u << (EXTI15_10 - 32);
}

int mcuai_port_button(void) {
    return (int)stm32_gpio_read(GPIOC, PIN);
}
