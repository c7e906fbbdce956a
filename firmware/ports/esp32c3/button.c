/* The BOOT button on GPIO9, low when pressed. Both of its edges wake the CPU, with an interrupt
 * whose only work that is ("IO MUX and GPIO Matrix", "Interrupt Matrix", and of "ESP-RISC-V CPU"
 * the interrupt controller). */
#include "port.h"
#include "soc.h"

#define REGISTER(address)       (*(volatile uint32_t *)(address))
#define GPIO_IN                 REGISTER(0x6000403C)
#define GPIO_STATUS_W1TC        REGISTER(0x6000404C)
#define GPIO_PIN9               REGISTER(0x60004098)
#define IO_MUX_GPIO9            REGISTER(0x60009028)
#define INTERRUPT_GPIO_MAP      REGISTER(0x600C2040)
#define INTERRUPT_CPU_ENABLE    REGISTER(0x600C2104)
#define INTERRUPT_CPU_TYPE      REGISTER(0x600C2108)
#define INTERRUPT_CPU_PRIORITY  ((volatile uint32_t *)0x600C2114)
#define INTERRUPT_CPU_THRESHOLD REGISTER(0x600C2194)

#define BUTTON        (1u << 9)
#define PAD_INPUT     (1u << 8 | 1u << 9 | 1u << 12) /* pull-up, input, function GPIO */
#define PIN_ANY_EDGE  (3u << 7)
#define PIN_INTERRUPT (1u << 13)
#define NUMBER        17u /* of the CPU's 31 interrupts, none of which has a meaning */
#define LEAST         1u  /* of the priorities that interrupt */
#define MSTATUS_MIE   8

extern const uint32_t mcuai_esp32c3_vectors[];

void mcuai_esp32c3_button_start(void) {
    IO_MUX_GPIO9 = PAD_INPUT;
    GPIO_PIN9 = PIN_ANY_EDGE | PIN_INTERRUPT;
    GPIO_STATUS_W1TC = BUTTON;
    INTERRUPT_GPIO_MAP = NUMBER;
    INTERRUPT_CPU_TYPE &= ~(1u << NUMBER); /* by level, that of the pin's status */
    INTERRUPT_CPU_PRIORITY[NUMBER] = LEAST;
    INTERRUPT_CPU_THRESHOLD = LEAST;
    INTERRUPT_CPU_ENABLE = 1u << NUMBER;
    __asm__ volatile("csrw mtvec, %0" ::"r"(mcuai_esp32c3_vectors));
    __asm__ volatile("csrsi mstatus, %0" ::"i"(MSTATUS_MIE) : "memory");
}

int mcuai_port_button(void) {
    return (GPIO_IN & BUTTON) == 0;
}
