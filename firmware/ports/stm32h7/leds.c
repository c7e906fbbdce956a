/* The three LEDs of a Nucleo-144 board: LD1 green PB0, LD2 yellow PE1, LD3 red PB14, high when lit
 * (UM2407, 7.6). */
#include "port.h"
#include "stm32/gpio.h"

#define RCC_AHB4ENR (*(volatile uint32_t *)0x580244E0)
#define GPIOB       ((stm32_gpio *)0x58020400)
#define GPIOE       ((stm32_gpio *)0x58021000)

#define AHB4ENR_GPIOB_E (1u << 1 | 1u << 4)

void mcuai_port_leds(uint32_t lit) {
    RCC_AHB4ENR |= AHB4ENR_GPIOB_E;
    (void)RCC_AHB4ENR; /* the clock takes two cycles to arrive (RM0433, 8.5) */
    stm32_gpio_write(GPIOB, 0, lit & 1);
    stm32_gpio_write(GPIOE, 1, lit & 2);
    stm32_gpio_write(GPIOB, 14, lit & 4);
}
