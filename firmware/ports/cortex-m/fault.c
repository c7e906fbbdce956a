/* A fault is reported on the console and stops the CPU; `mcuai done` tells the host that nothing
 * will follow. */
#include "port.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SCB_CFSR          REGISTER(0xE000ED28)
#define SCB_HFSR          REGISTER(0xE000ED2C)
#define SCB_MMFAR         REGISTER(0xE000ED34)
#define SCB_BFAR          REGISTER(0xE000ED38)

void mcuai_cortex_m_fault(void);
void mcuai_cortex_m_report_fault(const uint32_t *frame, uint32_t exception);

static void field(const char *name, uint32_t value) {
    char text[] = " ....=........";
    for (int i = 0; i < 4; i++)
        text[1 + i] = name[i];
    for (int i = 0; i < 8; i++)
        text[6 + i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
    mcuai_port_write(text, sizeof text - 1);
}

/* frame: r0-r3, r12, lr, pc, xpsr as stacked by the exception entry */
__attribute__((noreturn, used)) void mcuai_cortex_m_report_fault(const uint32_t *frame,
                                                                 uint32_t exception) {
    static const char names[8][5] = {"r0  ", "r1  ", "r2  ", "r3  ",
                                     "r12 ", "lr  ", "pc  ", "xpsr"};
    static const char begin[] = "\r\nmcuai fault", end[] = "\r\nmcuai done\r\n";
    mcuai_port_write(begin, sizeof begin - 1);
    field("exc ", exception);
    for (int i = 0; i < 8; i++)
        field(names[i], frame[i]);
    field("cfsr", SCB_CFSR);
    field("hfsr", SCB_HFSR);
    field("mmfa", SCB_MMFAR);
    field("bfar", SCB_BFAR);
    mcuai_port_write(end, sizeof end - 1);
    for (;;)
        mcuai_port_idle();
}

/* The main stack holds the frame; no app uses the process stack. */
__attribute__((naked)) void mcuai_cortex_m_fault(void) {
    __asm__("mov r0, sp\n\t"
            "mrs r1, ipsr\n\t"
            "b mcuai_cortex_m_report_fault");
}
