/* The boards' one LED, a WS2812 on GPIO8, as three: bit 0 lights its red, bit 1 its green and bit 2
 * its blue. The others of an app's bits have no light. RMT channel 0 makes its pulses ("Remote
 * Control Peripheral"), from the crystal. */
#include "port.h"

#include <stdbool.h>

#define REGISTER(address)    (*(volatile uint32_t *)(address))
#define RMT_CH0CONF0         REGISTER(0x60016010)
#define RMT_INT_RAW          REGISTER(0x60016038)
#define RMT_INT_CLR          REGISTER(0x60016044)
#define RMT_SYS_CONF         REGISTER(0x60016068)
#define RMT_MEMORY           (&REGISTER(0x60016400))
#define GPIO_ENABLE_W1TS     REGISTER(0x60004024)
#define GPIO_FUNC8_OUT_SEL   REGISTER(0x60004574)
#define IO_MUX_GPIO8         REGISTER(0x60009024)
#define SYSTEM_PERIP_CLK_EN0 REGISTER(0x600C0010)
#define SYSTEM_PERIP_RST_EN0 REGISTER(0x600C0018)

#define RMT_CLOCK         (1u << 9)
#define SYS_CONF_DIRECT   1u /* the CPU writes the memory itself */
#define SYS_CONF_CRYSTAL  (3u << 24 | 1u << 26)
#define SYS_CONF_CLOCKS   (1u << 1 | 1u << 31) /* of the memory and the registers */
#define CONF0_TX_START    1u
#define CONF0_RESET_READ  (1u << 1 | 1u << 2)
#define CONF0_ONE_BLOCK   (1u << 6 | 1u << 8 | 1u << 16) /* idles low; undivided; no carrier */
#define CONF0_CONF_UPDATE (1u << 24)
#define INT_CH0_TX_END    1u
#define PAD_GPIO          (2u << 10 | 1u << 12)
#define OUT_RMT           (51u | 1u << 9) /* signal RMT_SIG_OUT0; enabled by GPIO_ENABLE */
#define LED_PIN           8u

/* Periods of 25 ns. WS2812B: a bit is high for 0.4 or 0.8 us, within 0.15 us, and takes 1.25 us;
 * SK68XX, which the boards have too: 0.2 to 0.4 or 0.58 to 1 us. Low for 80 (WS2812B: 280) us ends
 * the colour. */
#define ZERO       (14u | 1u << 15 | 36u << 16)
#define ONE        (28u | 1u << 15 | 22u << 16)
#define LATCH      (6000u | 6000u << 16)
#define BRIGHTNESS 32u
#define MOST_POLLS 200000u

static bool has_started;

static void start(void) {
    SYSTEM_PERIP_CLK_EN0 |= RMT_CLOCK;
    SYSTEM_PERIP_RST_EN0 |= RMT_CLOCK;
    SYSTEM_PERIP_RST_EN0 &= ~RMT_CLOCK;
    RMT_SYS_CONF = SYS_CONF_DIRECT | SYS_CONF_CRYSTAL | SYS_CONF_CLOCKS;
    IO_MUX_GPIO8 = PAD_GPIO;
    GPIO_FUNC8_OUT_SEL = OUT_RMT;
    GPIO_ENABLE_W1TS = 1u << LED_PIN;
}

static void wait_until_sent(void) {
    for (uint32_t i = 0; i < MOST_POLLS && !(RMT_INT_RAW & INT_CH0_TX_END); i++)
        continue;
}

/* Green, red, blue, the highest bit first. */
static uint32_t colour(uint32_t lit) {
    const uint32_t red = lit & 1u, green = lit >> 1 & 1u, blue = lit >> 2 & 1u;
    return (green << 16 | red << 8 | blue) * BRIGHTNESS;
}

static void send(uint32_t bits) {
    for (uint32_t i = 0; i < 24; i++)
        RMT_MEMORY[i] = bits >> (23 - i) & 1u ? ONE : ZERO;
    RMT_MEMORY[24] = LATCH;
    RMT_MEMORY[25] = 0; /* the end */
    RMT_INT_CLR = INT_CH0_TX_END;
    RMT_CH0CONF0 = CONF0_ONE_BLOCK | CONF0_RESET_READ;
    RMT_CH0CONF0 = CONF0_ONE_BLOCK | CONF0_CONF_UPDATE;
    RMT_CH0CONF0 = CONF0_ONE_BLOCK | CONF0_TX_START;
}

void mcuai_port_leds(uint32_t lit) {
    if (has_started)
        wait_until_sent();
    else
        start();
    has_started = true;
    send(colour(lit));
}
