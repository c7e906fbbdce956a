/* Vectors of the SoC's interrupts, as far as ports use any (RM0090, table 61). */
#include <stdint.h>

#define EXTI0        6
#define DMA1_STREAM3 14

void mcuai_cortex_m_fault(void);
void mcuai_stm32f4_exti0(void);

/* Only images with a microphone have it. */
__attribute__((weak)) void mcuai_stm32f4_dma1_stream3(void);

void mcuai_stm32f4_dma1_stream3(void) {
    mcuai_cortex_m_fault();
}

extern const uintptr_t mcuai_stm32f4_interrupts[DMA1_STREAM3 + 1];

__attribute__((section(".vectors.interrupts"), used))
const uintptr_t mcuai_stm32f4_interrupts[DMA1_STREAM3 + 1] = {
    [0 ... EXTI0 - 1] = (uintptr_t)mcuai_cortex_m_fault,
    [EXTI0] = (uintptr_t)mcuai_stm32f4_exti0,
    [EXTI0 + 1 ... DMA1_STREAM3 - 1] = (uintptr_t)mcuai_cortex_m_fault,
    [DMA1_STREAM3] = (uintptr_t)mcuai_stm32f4_dma1_stream3,
};
