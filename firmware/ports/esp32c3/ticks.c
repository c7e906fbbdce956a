/* Ticks are cycles of the CPU. Its one counter of events has 32 bits ("ESP-RISC-V CPU", mpcer,
 * mpcmr, mpccr; mcycle and minstret are not there) and comes round every 27 s. The system timer, 52
 * bits at 16 MHz, says how often it did: both count the same crystal ("System Timer"). */
#include "port.h"

#define REGISTER(address)       (*(volatile uint32_t *)(address))
#define SYSTIMER_UNIT0_OP       REGISTER(0x60023004)
#define SYSTIMER_UNIT0_VALUE_HI REGISTER(0x60023040)
#define SYSTIMER_UNIT0_VALUE_LO REGISTER(0x60023044)
#define UNIT0_VALUE_VALID       (1u << 29)
#define UNIT0_UPDATE            (1u << 30)
#define CYCLES_OF_A_SYSTEM_TICK 10u /* 160 MHz / 16 MHz */
#define EVENT_CYCLE             1u
#define COUNT_EN                1u

static uint64_t started;

static uint32_t cycles(void) {
    uint32_t value;
    __asm__ volatile("csrr %0, 0x7E2" : "=r"(value)::"memory");
    return value;
}

static uint64_t system_ticks(void) {
    SYSTIMER_UNIT0_OP = UNIT0_UPDATE;
    while (!(SYSTIMER_UNIT0_OP & UNIT0_VALUE_VALID))
        continue;
    const uint64_t high = SYSTIMER_UNIT0_VALUE_HI;
    return high << 32 | SYSTIMER_UNIT0_VALUE_LO;
}

/* The count nearest to what the system timer says whose lower 32 bits these are. */
static uint64_t extended(uint32_t low, uint64_t system) {
    const uint64_t about = (system - started) * CYCLES_OF_A_SYSTEM_TICK;
    return about + (uint64_t)(int64_t)(int32_t)(low - (uint32_t)about);
}

void mcuai_port_ticks_start(void) {
    __asm__ volatile("csrw 0x7E0, %0" ::"r"(EVENT_CYCLE));
    __asm__ volatile("csrw 0x7E1, %0" ::"r"(COUNT_EN));
    started = system_ticks();
    __asm__ volatile("csrw 0x7E2, zero" ::: "memory");
}

/* Reads the cycles first, and the edge last: between the two lies what is measured. */
uint64_t mcuai_port_ticks(void) {
    const uint32_t low = cycles();
    return extended(low, system_ticks());
}

/* While the CPU sleeps the counter may do so too. */
void mcuai_port_idle(void) {
    __asm__ volatile("wfi");
    const uint64_t now = (system_ticks() - started) * CYCLES_OF_A_SYSTEM_TICK;
    __asm__ volatile("csrw 0x7E2, %0" ::"r"((uint32_t)now) : "memory");
}

uint64_t mcuai_port_ticks_edge(void) {
    const uint64_t system = system_ticks();
    const uint32_t before = cycles();
    uint32_t low;
    do
        low = cycles();
    while (low == before);
    return extended(low, system);
}
