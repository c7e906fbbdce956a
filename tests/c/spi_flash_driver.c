/* firmware/ports/spi-flash on a simulated chip: MAKER CAPACITY OFFSET BYTES, the first two in hex
 * as the chip identifies itself. Writes whether it opens, the command of the read, and the data in
 * hex. The chip sleeps until it is woken, and a byte of it is a hash of its address. */
#include "port.h"
#include "spi-flash/spi.h"

#include <stdio.h>
#include <stdlib.h>

enum { IDENTIFY = 0x9F, WAKE = 0xAB, READ = 0x03, READ_4BYTE = 0x13 };

static uint8_t maker, capacity;
static int is_selected, is_awake;
static uint32_t received, command, address, last_read;
static uint64_t now;

uint64_t mcuai_port_ticks(void) {
    return now += 100;
}

void mcuai_spi_start(void) {}

void mcuai_spi_select(int selected) {
    is_selected = selected;
    received = 0;
    address = 0;
}

static uint8_t identification(uint32_t index) {
    const uint8_t bytes[3] = {maker, 0x40, capacity};
    return index < 3 ? bytes[index] : 0;
}

static uint8_t answer(uint8_t byte) {
    const uint32_t address_bytes = command == READ ? 3 : 4, index = received - 1;
    if (command == IDENTIFY)
        return identification(index);
    if (command != READ && command != READ_4BYTE)
        return 0xFF;
    last_read = command;
    if (index < address_bytes) {
        address = address << 8 | byte;
        return 0xFF;
    }
    return (uint8_t)(address++ * UINT32_C(2654435761) >> 24);
}

uint8_t mcuai_spi_exchange(uint8_t byte) {
    uint8_t result = 0xFF;
    if (!is_selected)
        return result;
    if (received == 0) {
        command = byte;
        is_awake |= byte == WAKE;
    } else if (is_awake) {
        result = answer(byte);
    }
    received++;
    return result;
}

int main(int count, char **arguments) {
    static uint8_t data[4096];
    if (count != 5)
        return 2;
    maker = (uint8_t)strtoul(arguments[1], NULL, 16);
    capacity = (uint8_t)strtoul(arguments[2], NULL, 16);
    const uint32_t offset = (uint32_t)strtoul(arguments[3], NULL, 0);
    const uint32_t bytes = (uint32_t)strtoul(arguments[4], NULL, 0);
    const int is_open = mcuai_port_device_open();
    if (bytes > sizeof data)
        return 2;
    const int is_read =
        mcuai_port_device_start(offset, data, bytes) && mcuai_port_device_wait() == 0;
    printf("open %d\nread %d\ncommand %02x\nselected %d\ndata ", is_open, is_read, last_read,
           is_selected);
    for (uint32_t i = 0; i < bytes; i++)
        printf("%02x", data[i]);
    printf("\n");
    return 0;
}
