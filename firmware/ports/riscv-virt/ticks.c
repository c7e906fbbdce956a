/* Ticks from the standard counter of retired instructions. */
#include "port.h"

void mcuai_port_ticks_start(void) {} /* minstret runs from reset */

uint64_t mcuai_port_ticks(void) {
    uint32_t high, low, again;
    do {
        __asm__ volatile("csrr %0, minstreth" : "=r"(high)::"memory");
        __asm__ volatile("csrr %0, minstret" : "=r"(low)::"memory");
        __asm__ volatile("csrr %0, minstreth" : "=r"(again)::"memory");
    } while (high != again);
    return (uint64_t)high << 32 | low;
}

uint64_t mcuai_port_ticks_edge(void) {
    return mcuai_port_ticks();
}
