/* firmware/apps/button.c on a simulated button: each argument is TICKS:LEVEL, a look at the button;
 * writes 1 for a press and 0 for none. */
#include "button.h"

#include "port.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t now;
static int level;

uint64_t mcuai_port_ticks(void) {
    return now;
}

int mcuai_port_button(void) {
    return level;
}

void mcuai_port_idle(void) {}

int main(int count, char **arguments) {
    for (int i = 1; i < count; i++) {
        char *end;
        now = strtoull(arguments[i], &end, 10);
        level = atoi(end + 1);
        printf("%d", button_pressed());
    }
    printf("\n");
    return 0;
}
