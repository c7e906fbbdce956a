/* USART2 on PA2 (TX) and PA3 (RX), 115200 8N1: alternate function 7 (DS8626, table 9; RM0090,
 * sections 8.4 and 30.6). */
#include "button.h"
#include "clock.h"
#include "port.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB1ENR       REGISTER(0x40023830)
#define RCC_APB1ENR       REGISTER(0x40023840)
#define GPIOA_MODER       REGISTER(0x40020000)
#define GPIOA_AFRL        REGISTER(0x40020020)
#define USART2_SR         REGISTER(0x40004400)
#define USART2_DR         REGISTER(0x40004404)
#define USART2_BRR        REGISTER(0x40004408)
#define USART2_CR1        REGISTER(0x4000440C)

#define AHB1ENR_GPIOA  1u
#define APB1ENR_USART2 (1u << 17)
#define CR1_UE_TE_RE   (1u << 13 | 1u << 3 | 1u << 2)
#define SR_TXE         (1u << 7)
#define BAUD           115200u

static void select_pins(void) {
    GPIOA_AFRL = (GPIOA_AFRL & ~0xFF00u) | 0x7700u;
    GPIOA_MODER = (GPIOA_MODER & ~0xF0u) | 0xA0u;
}

void mcuai_port_init(void) {
    const uint32_t apb1_hz = mcuai_stm32f4_clock_start();
    RCC_AHB1ENR |= AHB1ENR_GPIOA;
    RCC_APB1ENR |= APB1ENR_USART2;
    (void)RCC_APB1ENR; /* the clock takes two cycles to arrive (RM0090, 7.2) */
    select_pins();
    USART2_BRR = (apb1_hz + BAUD / 2) / BAUD;
    USART2_CR1 = CR1_UE_TE_RE;
    mcuai_stm32f4_button_start();
}

void mcuai_port_write(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        while (!(USART2_SR & SR_TXE))
            continue;
        USART2_DR = (uint8_t)text[i];
    }
}
