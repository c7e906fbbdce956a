/* The four LEDs of the Discovery board on PD12 (green) to PD15 (blue) (UM1472, 6.3; RM0090, 8.4).
 */
#include "port.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB1ENR       REGISTER(0x40023830)
#define GPIOD_MODER       REGISTER(0x40020C00)
#define GPIOD_BSRR        REGISTER(0x40020C18)

#define AHB1ENR_GPIOD (1u << 3)
#define FIRST         12
#define ALL           0xFu

void mcuai_port_leds(uint32_t lit) {
    lit &= ALL;
    RCC_AHB1ENR |= AHB1ENR_GPIOD;
    (void)RCC_AHB1ENR; /* the clock takes two cycles to arrive (RM0090, 7.2) */
    GPIOD_MODER = (GPIOD_MODER & ~(0xFFu << 2 * FIRST)) | 0x55u << 2 * FIRST;
    GPIOD_BSRR = (ALL & ~lit) << (FIRST + 16) | lit << FIRST;
}
