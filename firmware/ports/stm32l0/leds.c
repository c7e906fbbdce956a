/* The four LEDs of the B-L072Z-LRWAN1: LD1 green PA5, LD2 green PB5, LD3 blue PB6, LD4 red PB7,
 * high when lit (UM2115).
 */
#include "port.h"
#include "stm32/gpio.h"

#define RCC_IOPENR (*(volatile uint32_t *)0x4002102C)
#define GPIOA      ((stm32_gpio *)0x50000000)
#define GPIOB      ((stm32_gpio *)0x50000400)

#define IOPENR_GPIOA_B (1u << 0 | 1u << 1)

void mcuai_port_leds(uint32_t lit) {
    RCC_IOPENR |= IOPENR_GPIOA_B;
    (void)RCC_IOPENR; /* the clock takes two cycles to arrive (RM0376, 7.2) */
    stm32_gpio_write(GPIOA, 5, lit & 1);
    stm32_gpio_write(GPIOB, 5, lit & 2);
    stm32_gpio_write(GPIOB, 6, lit & 4);
    stm32_gpio_write(GPIOB, 7, lit & 8);
}
