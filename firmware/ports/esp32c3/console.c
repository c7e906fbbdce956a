/* UART0 on GPIO21 (TX) and GPIO20 (RX), 115200 8N1, from the crystal ("UART Controller", "IO MUX
 * and GPIO Matrix"). */
#include "port.h"
#include "soc.h"

#include <stdbool.h>

#define REGISTER(address)    (*(volatile uint32_t *)(address))
#define UART_FIFO            REGISTER(0x60000000)
#define UART_CLKDIV          REGISTER(0x60000014)
#define UART_STATUS          REGISTER(0x6000001C)
#define UART_CONF0           REGISTER(0x60000020)
#define UART_FSM_STATUS      REGISTER(0x6000006C)
#define UART_CLK_CONF        REGISTER(0x60000078)
#define UART_ID              REGISTER(0x60000080)
#define IO_MUX_GPIO20        REGISTER(0x60009054)
#define IO_MUX_GPIO21        REGISTER(0x60009058)
#define SYSTEM_PERIP_CLK_EN0 REGISTER(0x600C0010)

#define CLK_EN0_UART_AND_MEM (1u << 2 | 1u << 24)
#define CLK_CONF_CRYSTAL                                                                           \
    (3u << 20 | 1u << 22 | 1u << 24 | 1u << 25)             /* undivided; SCLK, TX, RX on */
#define CONF0_8N1            (3u << 2 | 1u << 4 | 1u << 28) /* the memory's clock on */
#define STATUS_TXFIFO_CNT(v) ((v) >> 16 & 0x3FFu)
#define FSM_TRANSMITS        0xF0u
#define ID_UPDATE_CTRL       (1u << 30)
#define ID_REG_UPDATE        (1u << 31)
/* Function 0 of both pads is UART0; drive strength 2, input and pull-up for RX. */
#define PAD_TX     (2u << 10)
#define PAD_RX     (2u << 10 | 1u << 9 | 1u << 8)
#define FIFO_BYTES 128u
#define BAUD       115200u
#define MOST_POLLS 1000000u /* 128 characters take 11 ms */

/* The ROM's own words are to leave before the clock changes. */
static bool is_idle(void) {
    return STATUS_TXFIFO_CNT(UART_STATUS) == 0 && (UART_FSM_STATUS & FSM_TRANSMITS) == 0;
}

static bool is_synchronized(void) {
    return (UART_ID & ID_REG_UPDATE) == 0;
}

static void wait_until(bool (*condition)(void)) {
    for (uint32_t i = 0; i < MOST_POLLS && !condition(); i++)
        continue;
}

/* Sixteenths: CLKDIV holds the whole divisor in bits 0 to 11 and the sixteenths in bits 20 to 23.
 */
static uint32_t divider(void) {
    const uint32_t sixteenths = (MCUAI_ESP32C3_CRYSTAL_HZ * 16u + BAUD / 2) / BAUD;
    return sixteenths >> 4 | (sixteenths & 15u) << 20;
}

void mcuai_port_init(void) {
    mcuai_esp32c3_watchdogs_stop();
    SYSTEM_PERIP_CLK_EN0 |= CLK_EN0_UART_AND_MEM;
    wait_until(is_idle);
    mcuai_esp32c3_clock_start();
    /* Registers of the UART's own clock take what was written when REG_UPDATE is set. */
    UART_ID &= ~ID_UPDATE_CTRL;
    wait_until(is_synchronized);
    UART_CLK_CONF = CLK_CONF_CRYSTAL;
    UART_CLKDIV = divider();
    UART_CONF0 = CONF0_8N1;
    UART_ID |= ID_REG_UPDATE;
    wait_until(is_synchronized);
    IO_MUX_GPIO21 = PAD_TX;
    IO_MUX_GPIO20 = PAD_RX;
    mcuai_esp32c3_button_start();
}

void mcuai_port_write(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        while (STATUS_TXFIFO_CNT(UART_STATUS) >= FIFO_BYTES)
            continue;
        UART_FIFO = (uint8_t)text[i];
    }
}
