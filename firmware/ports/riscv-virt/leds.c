#include "port.h"

/* None that an app could use. */
void mcuai_port_leds(uint32_t lit) {
    (void)lit;
}
