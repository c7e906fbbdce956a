/* Caches of the Cortex-M7 (Arm DDI 0489, 3.3 and 5.2; Armv7-M, DDI 0403, B2.2.7): invalidated, then
 * switched on. */
#include "clock.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SCB_CCR           REGISTER(0xE000ED14)
#define SCB_CCSIDR        REGISTER(0xE000ED80)
#define SCB_CSSELR        REGISTER(0xE000ED84)
#define SCB_ICIALLU       REGISTER(0xE000EF50)
#define SCB_DCISW         REGISTER(0xE000EF60)

#define CCR_DC (1u << 16)
#define CCR_IC (1u << 17)

/* Lines of 32 bytes; the ways are in the upper bits. */
#define LINE_SHIFT 5

static inline void synchronize(void) {
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

static void invalidate_data(void) {
    SCB_CSSELR = 0; /* the data cache of level 1 */
    synchronize();
    const uint32_t size = SCB_CCSIDR;
    const uint32_t last_set = size >> 13 & 0x7FFF, last_way = size >> 3 & 0x3FF;
    const uint32_t way_shift = last_way ? (uint32_t)__builtin_clz(last_way) : 0;
    for (uint32_t set = 0; set <= last_set; set++)
        for (uint32_t way = 0; way <= last_way; way++)
            SCB_DCISW = set << LINE_SHIFT | way << way_shift;
}

void mcuai_stm32h7_caches_start(void) {
    synchronize();
    SCB_ICIALLU = 0;
    invalidate_data();
    synchronize();
    SCB_CCR |= CCR_IC | CCR_DC;
    synchronize();
}
