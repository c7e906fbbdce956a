#include "button.h"

#include "port.h"

/* After a change, others are bouncing: 5 ms at 400 MHz, 62 ms at 32 MHz. */
#define BOUNCE_TICKS 2000000u

static bool is_down;

bool button_pressed(void) {
    static uint64_t changed = 0 - (uint64_t)BOUNCE_TICKS; /* held at reset: pressed */
    const bool now = mcuai_port_button();
    const uint64_t ticks = mcuai_port_ticks();
    if (now == is_down || ticks - changed < BOUNCE_TICKS)
        return false;
    is_down = now;
    changed = ticks;
    return is_down;
}

void button_wait(void) {
    while (!button_pressed())
        mcuai_port_idle_while_button(is_down);
}
