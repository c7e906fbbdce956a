/* A serial NOR flash chip on SPI in the place of a block device; the pack lies at its address 0.
 * The commands are those that chips of all makers understand (JESD216, 6.1 and 6.3; Winbond
 * W25Q128JV, 8.1). */
#include "port.h"
#include "spi.h"

#include <stdbool.h>

#define READ_ID    0x9Fu
#define WAKE       0xABu /* from deep power-down */
#define READ       0x03u /* three bytes of address */
#define READ_4BYTE 0x13u
#define MB_16      0x18u /* the third byte of the identification: 2^24 bytes */
#define MB_2048    0x1Fu
#define MB_64      0x20u /* where makers begin anew */
#define MB_256     0x22u
#define WAKE_TICKS 20000u /* chips take up to 30 us: 50 us at 400 MHz */

static bool is_there, has_4byte;

/* Most significant byte first. */
static void send(uint32_t value, uint32_t bytes) {
    while (bytes-- > 0)
        mcuai_spi_exchange((uint8_t)(value >> 8 * bytes));
}

static void wake(void) {
    mcuai_spi_select(1);
    send(WAKE, 1);
    mcuai_spi_select(0);
    const uint64_t start = mcuai_port_ticks();
    while (mcuai_port_ticks() - start < WAKE_TICKS)
        continue;
}

/* 0 and 0xFF as the maker: no chip answers. */
int mcuai_port_device_open(void) {
    mcuai_spi_start();
    wake();
    mcuai_spi_select(1);
    send(READ_ID, 1);
    const uint8_t maker = mcuai_spi_exchange(0);
    mcuai_spi_exchange(0);
    const uint8_t capacity = mcuai_spi_exchange(0);
    mcuai_spi_select(0);
    has_4byte =
        (capacity > MB_16 && capacity <= MB_2048) || (capacity >= MB_64 && capacity <= MB_256);
    is_there = maker != 0 && maker != 0xFF;
    return is_there;
}

/* Returns when all is read: the core's checksums tell whether it was read well. */
int mcuai_port_device_start(uint32_t offset, void *destination, uint32_t bytes) {
    uint8_t *const to = destination;
    if (!is_there)
        return 0;
    mcuai_spi_select(1);
    send(has_4byte ? READ_4BYTE : READ, 1);
    send(offset, has_4byte ? 4 : 3);
    for (uint32_t i = 0; i < bytes; i++)
        to[i] = mcuai_spi_exchange(0);
    mcuai_spi_select(0);
    return 1;
}

int mcuai_port_device_wait(void) {
    return 0;
}
