/* The three LEDs of the NUCLEO-WBA52CG: LD1 blue PB4, LD2 green PB11, LD3 red PB8, low when lit
 * (UM3103). */
#include "port.h"
#include "stm32/gpio.h"

#define RCC_AHB2ENR (*(volatile uint32_t *)0x46020C8C)
#define GPIOB       ((stm32_gpio *)0x42020400)

#define AHB2ENR_GPIOB (1u << 1)

void mcuai_port_leds(uint32_t lit) {
    RCC_AHB2ENR |= AHB2ENR_GPIOB;
    (void)RCC_AHB2ENR; /* the clock takes two cycles to arrive */
    stm32_gpio_write(GPIOB, 4, !(lit & 1));
    stm32_gpio_write(GPIOB, 11, !(lit & 2));
    stm32_gpio_write(GPIOB, 8, !(lit & 4));
}
