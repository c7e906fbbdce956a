/* Start-up of Armv6-M, Armv7-M and Armv8-M mainline: vectors, .data and .bss, coprocessor access. */
#include "port.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SCB_VTOR          REGISTER(0xE000ED08)
#define SCB_CCR           REGISTER(0xE000ED14)
#define SCB_CPACR         REGISTER(0xE000ED88)

extern uint32_t __stack_top[];
extern uint32_t __data_load[], __data_start[], __data_end[], __bss_start[], __bss_end[];

int main(void);
void mcuai_cortex_m_reset(void);
void mcuai_cortex_m_fault(void);
void mcuai_cortex_m_systick(void);

extern const uintptr_t mcuai_cortex_m_vectors[16];

/* Initial stack pointer, then the system exceptions. An image that uses interrupts of the SoC has
 * their vectors in the section .vectors.interrupts, which follows: at most 48, by the alignment. */
__attribute__((section(".vectors"), used)) const uintptr_t mcuai_cortex_m_vectors[16] = {
    (uintptr_t)__stack_top,
    (uintptr_t)mcuai_cortex_m_reset,
    (uintptr_t)mcuai_cortex_m_fault, /* NMI */
    (uintptr_t)mcuai_cortex_m_fault, /* HardFault */
    (uintptr_t)mcuai_cortex_m_fault, /* MemManage */
    (uintptr_t)mcuai_cortex_m_fault, /* BusFault */
    (uintptr_t)mcuai_cortex_m_fault, /* UsageFault */
    (uintptr_t)mcuai_cortex_m_fault, /* SecureFault */
    0,
    0,
    0,
    (uintptr_t)mcuai_cortex_m_fault, /* SVCall */
    (uintptr_t)mcuai_cortex_m_fault, /* DebugMonitor */
    0,
    (uintptr_t)mcuai_cortex_m_fault, /* PendSV */
    (uintptr_t)mcuai_cortex_m_systick,
};

static void enable_extensions(void) {
#ifdef __ARM_FEATURE_MVE
    SCB_CPACR |= 0xFu << 20; /* CP10 and CP11: the vector registers */
    SCB_CCR |= 1u << 19;     /* LOB: keep the state of low-overhead loops */
    __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
}

static void initialize_memory(void) {
    const volatile uint32_t *from = __data_load;
    for (volatile uint32_t *p = __data_start; p < __data_end;)
        *p++ = *from++;
    for (volatile uint32_t *p = __bss_start; p < __bss_end;)
        *p++ = 0;
}

void mcuai_cortex_m_reset(void) {
    SCB_VTOR = (uint32_t)(uintptr_t)mcuai_cortex_m_vectors;
    enable_extensions();
    initialize_memory();
    mcuai_port_init();
    main();
    for (;;)
        mcuai_port_idle();
}

void mcuai_port_idle(void) {
    __asm__ volatile("wfi");
}

/* An edge after the look stays pending, and what pends ends the sleep although PRIMASK holds it back
 * (Armv7-M, DDI 0403, B1.5.19; as in DDI 0419 and DDI 0553). */
void mcuai_port_idle_while_button(int down) {
    __asm__ volatile("cpsid i" ::: "memory");
    if (mcuai_port_button() == down)
        mcuai_port_idle();
    __asm__ volatile("cpsie i" ::: "memory");
}
