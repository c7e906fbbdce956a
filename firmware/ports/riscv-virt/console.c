/* The 16550 UART of QEMU's `virt` machine, at 0x10000000. */
#include "port.h"

#define REGISTER(offset) (*(volatile uint8_t *)(0x10000000 + (offset)))
#define THR              REGISTER(0)
#define LCR              REGISTER(3)
#define LSR              REGISTER(5)
#define LCR_8N1          3u
#define LSR_THR_EMPTY    (1u << 5)

void mcuai_port_init(void) {
    LCR = LCR_8N1;
}

void mcuai_port_write(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        while (!(LSR & LSR_THR_EMPTY))
            continue;
        THR = (uint8_t)text[i];
    }
}
