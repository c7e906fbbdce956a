/* SPI2 of the STM32F405/407 on PB13 (SCK), PB14 (MISO) and PB15 (MOSI), alternate function 5, with
 * the select on PB12: pins that the Discovery board leaves free (UM1472, 6.13; DS8626, table 9;
 * RM0090, 28.5). */
#include "spi-flash/spi.h"
#include "stm32/gpio.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB1ENR       REGISTER(0x40023830)
#define RCC_APB1ENR       REGISTER(0x40023840)
#define SPI2_CR1          REGISTER(0x40003800)
#define SPI2_SR           REGISTER(0x40003808)
#define SPI2_DR           REGISTER(0x4000380C)
#define GPIOB             ((stm32_gpio *)0x40020400)

#define AHB1ENR_GPIOB (1u << 1)
#define APB1ENR_SPI2  (1u << 14)
#define FUNCTION_SPI2 5
#define SELECT        12
#define SPEED_HIGH    2u
/* Master, mode 0, 8 bits, select by software; APB1's 42 MHz / 4 */
#define CR1_10_5_MHZ (1u << 2 | 1u << 3 | 1u << 8 | 1u << 9)
#define CR1_ENABLE   (1u << 6)
#define SR_RXNE      (1u << 0)

void mcuai_spi_select(int selected) {
    stm32_gpio_write(GPIOB, SELECT, !selected);
}

void mcuai_spi_start(void) {
    RCC_AHB1ENR |= AHB1ENR_GPIOB;
    RCC_APB1ENR |= APB1ENR_SPI2;
    (void)RCC_APB1ENR; /* the clock takes two cycles to arrive (RM0090, 7.2) */
    mcuai_spi_select(0);
    for (uint32_t pin = SELECT + 1; pin <= SELECT + 3; pin++) {
        stm32_gpio_function(GPIOB, pin, FUNCTION_SPI2);
        stm32_gpio_speed(GPIOB, pin, SPEED_HIGH);
    }
    SPI2_CR1 = CR1_10_5_MHZ;
    SPI2_CR1 = CR1_10_5_MHZ | CR1_ENABLE;
}

/* There is room for a byte: the one before has come back. */
uint8_t mcuai_spi_exchange(uint8_t byte) {
    SPI2_DR = byte;
    while (!(SPI2_SR & SR_RXNE))
        continue;
    return (uint8_t)SPI2_DR;
}
