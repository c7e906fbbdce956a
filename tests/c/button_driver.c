/* firmware/apps/button.c on a simulated button: each argument is TICKS:LEVEL, a look at the button;
 * writes 1 for a press and 0 for none. Or `wait LOOKS`: the wait for a press that comes right after
 * so many looks, which writes whether it ends. */
#include "button.h"

#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t now;
static int level, looks_until_press = -1;

uint64_t mcuai_port_ticks(void) {
    return now;
}

int mcuai_port_button(void) {
    const int seen = level;
    if (looks_until_press > 0 && --looks_until_press == 0)
        level = 1;
    return seen;
}

/* An edge after the look is pending, which ends the sleep; nothing else does. */
void mcuai_port_idle_while_button(int down) {
    if (mcuai_port_button() == down && level == down) {
        puts("asleep");
        exit(0);
    }
}

static int wait_for_press(int looks) {
    now = 5000000;
    looks_until_press = looks;
    button_wait();
    puts("awake");
    return 0;
}

int main(int count, char **arguments) {
    if (count == 3 && strcmp(arguments[1], "wait") == 0)
        return wait_for_press(atoi(arguments[2]));
    for (int i = 1; i < count; i++) {
        char *end;
        now = strtoull(arguments[i], &end, 10);
        level = atoi(end + 1);
        printf("%d", button_pressed());
    }
    printf("\n");
    return 0;
}
