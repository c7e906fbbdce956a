/* Memory initialization and traps of a RISC-V CPU in machine mode. */
#include "port.h"

#define MSTATUS_MIE 8

extern uint32_t __data_load[], __data_start[], __data_end[], __bss_start[], __bss_end[];

int main(void);
void mcuai_riscv_start(void);
void mcuai_riscv_report_trap(uint32_t cause, uint32_t pc, uint32_t value, uint32_t ra, uint32_t sp);

void mcuai_riscv_start(void) {
    const volatile uint32_t *from = __data_load;
    for (volatile uint32_t *p = __data_start; p < __data_end;)
        *p++ = *from++;
    for (volatile uint32_t *p = __bss_start; p < __bss_end;)
        *p++ = 0;
    mcuai_port_init();
    main();
}

/* An edge after the look stays pending, and what pends ends the sleep although mstatus holds it
 * back (The RISC-V Instruction Set Manual, volume II, "Wait for Interrupt"). */
void mcuai_port_idle_while_button(int down) {
    uint32_t status;
    __asm__ volatile("csrrci %0, mstatus, %1" : "=r"(status) : "i"(MSTATUS_MIE) : "memory");
    if (mcuai_port_button() == down)
        mcuai_port_idle();
    __asm__ volatile("csrs mstatus, %0" ::"r"(status & MSTATUS_MIE) : "memory");
}

static void field(const char *name, uint32_t value) {
    char text[] = " .....=........";
    for (int i = 0; i < 5; i++)
        text[1 + i] = name[i];
    for (int i = 0; i < 8; i++)
        text[7 + i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
    mcuai_port_write(text, sizeof text - 1);
}

__attribute__((noreturn)) void mcuai_riscv_report_trap(uint32_t cause, uint32_t pc, uint32_t value,
                                                       uint32_t ra, uint32_t sp) {
    static const char begin[] = "\r\nmcuai fault", end[] = "\r\nmcuai done\r\n";
    mcuai_port_write(begin, sizeof begin - 1);
    field("cause", cause);
    field("pc   ", pc);
    field("value", value);
    field("ra   ", ra);
    field("sp   ", sp);
    mcuai_port_write(end, sizeof end - 1);
    for (;;)
        mcuai_port_idle();
}
