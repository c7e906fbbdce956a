/* Boards without a button. */
#include "port.h"

__attribute__((weak)) int mcuai_port_button(void) {
    return 0;
}
