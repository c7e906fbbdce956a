#include "clock.h"

#include <stdbool.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

/* RM0090, section 7.3 (RCC), 3.9 (FLASH_ACR), 5.4 (PWR_CR) */
#define RCC_CR      REGISTER(0x40023800)
#define RCC_PLLCFGR REGISTER(0x40023804)
#define RCC_CFGR    REGISTER(0x40023808)
#define RCC_APB1ENR REGISTER(0x40023840)
#define PWR_CR      REGISTER(0x40007000)
#define FLASH_ACR   REGISTER(0x40023C00)

#define CR_HSEON  (1u << 16)
#define CR_HSERDY (1u << 17)
#define CR_PLLON  (1u << 24)
#define CR_PLLRDY (1u << 25)
/* 8 MHz / M 8 * N 336 / P 2 (field 0) = 168 MHz, Q 7 gives USB its 48 MHz; source HSE */
#define PLL_168_MHZ       (8u | 336u << 6 | 0u << 16 | 1u << 22 | 7u << 24)
#define CFGR_APB1_QUARTER (5u << 10)
#define CFGR_APB2_HALF    (4u << 13)
#define CFGR_PLL          2u
#define CFGR_STATUS_MASK  0xCu
#define CFGR_STATUS_PLL   0x8u
#define APB1ENR_PWR       (1u << 28)
#define PWR_SCALE_1       (1u << 14)
/* 5 wait states at 2.7-3.6 V and 168 MHz; prefetch, instruction and data cache (RM0090, table 10)
 */
#define ACR_168_MHZ (5u | 1u << 8 | 1u << 9 | 1u << 10)

#define HSI_HZ     UINT32_C(16000000)
#define APB1_HZ    UINT32_C(42000000)
#define MOST_POLLS 20000u

static bool becomes(volatile uint32_t *status, uint32_t mask, uint32_t value) {
    for (uint32_t i = 0; i < MOST_POLLS; i++)
        if ((*status & mask) == value)
            return true;
    return false;
}

uint32_t mcuai_stm32f4_clock_start(void) {
    RCC_CR |= CR_HSEON;
    if (!becomes(&RCC_CR, CR_HSERDY, CR_HSERDY))
        return HSI_HZ;
    RCC_APB1ENR |= APB1ENR_PWR;
    PWR_CR |= PWR_SCALE_1;
    RCC_PLLCFGR = PLL_168_MHZ;
    RCC_CR |= CR_PLLON;
    if (!becomes(&RCC_CR, CR_PLLRDY, CR_PLLRDY))
        return HSI_HZ;
    FLASH_ACR = ACR_168_MHZ;
    RCC_CFGR = CFGR_APB1_QUARTER | CFGR_APB2_HALF;
    RCC_CFGR = CFGR_APB1_QUARTER | CFGR_APB2_HALF | CFGR_PLL;
    /* Where the switch fails, the dividers stay: APB1 then has a quarter of the oscillator. */
    return becomes(&RCC_CFGR, CFGR_STATUS_MASK, CFGR_STATUS_PLL) ? APB1_HZ : HSI_HZ / 4;
}
