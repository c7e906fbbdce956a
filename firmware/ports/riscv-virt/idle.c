#include "port.h"

void mcuai_port_idle(void) {
    __asm__ volatile("wfi");
}
