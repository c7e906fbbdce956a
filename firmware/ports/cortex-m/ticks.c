/* Ticks from SysTick, extended beyond its 24 bits by its interrupt. DWT.CYCCNT would do on silicon,
 * but QEMU lacks it. */
#include "port.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYST_CSR          REGISTER(0xE000E010)
#define SYST_RVR          REGISTER(0xE000E014)
#define SYST_CVR          REGISTER(0xE000E018)
#define SCB_ICSR          REGISTER(0xE000ED04)

#define CSR_ENABLE_INTERRUPT_CPU_CLOCK 7u
#define ICSR_PENDSTSET                 (1u << 26)
#define LAST                           0xFFFFFFu

static volatile uint32_t wraps;

void mcuai_cortex_m_systick(void);

void mcuai_cortex_m_systick(void) {
    wraps++;
}

void mcuai_port_ticks_start(void) {
    SYST_CSR = 0;
    SYST_RVR = LAST;
    SYST_CVR = 0;
    wraps = 0;
    SYST_CSR = CSR_ENABLE_INTERRUPT_CPU_CLOCK;
    while (SYST_CVR == 0) /* it loads the reload value at its first clock */
        continue;
}

uint64_t mcuai_port_ticks(void) {
    uint32_t before, value, pending;
    do {
        before = wraps;
        value = SYST_CVR;
        pending = SCB_ICSR & ICSR_PENDSTSET;
    } while (before != wraps || pending);
    return ((uint64_t)before << 24) + (LAST - value);
}

uint64_t mcuai_port_ticks_edge(void) {
    const uint32_t value = SYST_CVR;
    while (SYST_CVR == value)
        continue;
    return mcuai_port_ticks();
}
