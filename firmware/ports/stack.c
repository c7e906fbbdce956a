/* Stack painting: the linker script leaves all RAM behind .bss to the stack. */
#include "port.h"

#define PAINT        UINT32_C(0x5AA5C33C)
#define MOST_PAINTED (64u * 1024)
#define OWN_FRAME    64u /* of the painting function itself */

extern uint32_t __stack_bottom[], __stack_top[];

static uint32_t *painted_from(uintptr_t below) {
    const uintptr_t bottom = (uintptr_t)__stack_bottom;
    return (uint32_t *)(below - bottom > MOST_PAINTED ? below - MOST_PAINTED : bottom);
}

static uint32_t *first_painted;

void mcuai_port_stack_paint(void) {
    const uintptr_t end = ((uintptr_t)__builtin_frame_address(0) - OWN_FRAME) & ~(uintptr_t)3;
    first_painted = painted_from(end);
    for (volatile uint32_t *p = first_painted; (uintptr_t)p < end; p++)
        *p = PAINT;
}

uint32_t mcuai_port_stack_used(void) {
    const volatile uint32_t *p = first_painted;
    while (p < __stack_top && *p == PAINT)
        p++;
    return (uint32_t)((uintptr_t)__stack_top - (uintptr_t)p);
}
