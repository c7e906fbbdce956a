/* UART 0 of Arm's MPS2 and MPS3 FPGA images (CMSDK APB UART, Arm DDI 0479, section 4.3). The
 * board's file gives CONSOLE_BASE and CONSOLE_CLOCK_HZ. */
#include "port.h"

typedef struct {
    volatile uint32_t data, state, control, interrupt, divider;
} cmsdk_uart;

#define UART              ((cmsdk_uart *)CONSOLE_BASE)
#define STATE_TX_FULL     1u
#define CONTROL_TX_ENABLE 1u
#define BAUD              115200u

void mcuai_port_init(void) {
    UART->divider = CONSOLE_CLOCK_HZ / BAUD;
    UART->control = CONTROL_TX_ENABLE;
}

void mcuai_port_write(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        while (UART->state & STATE_TX_FULL)
            continue;
        UART->data = (uint8_t)text[i];
    }
}
