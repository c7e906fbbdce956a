/* SPI1 of the STM32H743/753 on PA5 (SCK), PA6 (MISO) and PB5 (MOSI), alternate function 5, with the
 * select on PD14: D13, D12, D11 and D10 of the Zio connector of a Nucleo-144 board (UM2407, table
 * 17; DS12117, tables of alternate functions; RM0433, 8.7 and 50.11). */
#include "spi-flash/spi.h"
#include "stm32/gpio.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_D2CCIP1R      REGISTER(0x58024450)
#define RCC_AHB4ENR       REGISTER(0x580244E0)
#define RCC_APB2ENR       REGISTER(0x580244F0)
#define SPI1_CR1          REGISTER(0x40013000)
#define SPI1_CFG1         REGISTER(0x40013008)
#define SPI1_CFG2         REGISTER(0x4001300C)
#define SPI1_SR           REGISTER(0x40013014)
#define SPI1_TXDR         (*(volatile uint8_t *)0x40013020) /* its width is the packet's */
#define SPI1_RXDR         (*(volatile uint8_t *)0x40013030)
#define GPIOA             ((stm32_gpio *)0x58020000)
#define GPIOB             ((stm32_gpio *)0x58020400)
#define GPIOD             ((stm32_gpio *)0x58020C00)

#define AHB4ENR_GPIOA_B_D (1u << 0 | 1u << 1 | 1u << 3)
#define APB2ENR_SPI1      (1u << 12)
#define FUNCTION_SPI1     5
#define SELECT            14
#define SPEED_HIGH        2u
#define CCIP1R_SPI123     (7u << 12)
#define CCIP1R_SPI123_PER (4u << 12)      /* the peripherals' clock: the internal 64 MHz */
#define CFG1_16_MHZ       (7u | 1u << 28) /* 8 bits a packet, a packet at a time; clock / 4 */
/* Master, mode 0, full duplex, select by software, pins are kept while it is off */
#define CFG2_MASTER  (1u << 22 | 1u << 26 | 1u << 31)
#define CR1_SSI      (1u << 12)
#define CR1_ENABLE   (1u << 0)
#define CR1_TRANSFER (1u << 9)
#define SR_RXP       (1u << 0)

void mcuai_spi_select(int selected) {
    stm32_gpio_write(GPIOD, SELECT, !selected);
}

static void start_pin(stm32_gpio *port, uint32_t pin) {
    stm32_gpio_function(port, pin, FUNCTION_SPI1);
    stm32_gpio_speed(port, pin, SPEED_HIGH);
}

void mcuai_spi_start(void) {
    RCC_D2CCIP1R = (RCC_D2CCIP1R & ~CCIP1R_SPI123) | CCIP1R_SPI123_PER;
    RCC_AHB4ENR |= AHB4ENR_GPIOA_B_D;
    RCC_APB2ENR |= APB2ENR_SPI1;
    (void)RCC_APB2ENR; /* the clock takes two cycles to arrive (RM0433, 8.5) */
    mcuai_spi_select(0);
    start_pin(GPIOA, 5);
    start_pin(GPIOA, 6);
    start_pin(GPIOB, 5);
    SPI1_CR1 = CR1_SSI; /* the master sees no other one */
    SPI1_CFG1 = CFG1_16_MHZ;
    SPI1_CFG2 = CFG2_MASTER;
    SPI1_CR1 = CR1_SSI | CR1_ENABLE;
    SPI1_CR1 = CR1_SSI | CR1_ENABLE | CR1_TRANSFER;
}

/* There is room for a byte: the one before has come back. */
uint8_t mcuai_spi_exchange(uint8_t byte) {
    SPI1_TXDR = byte;
    while (!(SPI1_SR & SR_RXP))
        continue;
    return SPI1_RXDR;
}
