/* RM0433, 48.8; RM0376 and RM0493, chapter USART: the registers are the same. */
#include "usart.h"

#include "port.h"

typedef struct {
    volatile uint32_t cr1, cr2, cr3, brr, gtpr, rtor, rqr, isr, icr, rdr, tdr;
} stm32_usart;

#define USART        ((stm32_usart *)CONSOLE_BASE)
#define CR1_UE_TE_RE (1u << 0 | 1u << 3 | 1u << 2)
#define ISR_TXE      (1u << 7)
#define BAUD         115200u

void mcuai_stm32_usart_start(uint32_t clock_hz) {
    USART->brr = (clock_hz + BAUD / 2) / BAUD;
    USART->cr1 = CR1_UE_TE_RE;
}

void mcuai_port_write(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        while (!(USART->isr & ISR_TXE))
            continue;
        USART->tdr = (uint8_t)text[i];
    }
}
