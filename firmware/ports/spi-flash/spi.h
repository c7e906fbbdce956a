/* What the driver of a flash chip asks of the SoC: an SPI master, mode 0, most significant bit
 * first, and the chip's select pin. */
#ifndef MCUAI_SPI_FLASH_SPI_H
#define MCUAI_SPI_FLASH_SPI_H

#include <stdint.h>

/* Clocks and pins; the chip is not selected then. */
void mcuai_spi_start(void);

void mcuai_spi_select(int selected);

/* Sends a byte and returns the one that comes meanwhile. */
uint8_t mcuai_spi_exchange(uint8_t byte);

#endif
