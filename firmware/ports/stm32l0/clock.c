#include "clock.h"

#include "stm32/poll.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

/* RM0376, 7.3 (RCC), 6.4 (PWR), 3.7 (FLASH_ACR) */
#define RCC_CR      REGISTER(0x40021000)
#define RCC_CFGR    REGISTER(0x4002100C)
#define RCC_APB1ENR REGISTER(0x40021038)
#define PWR_CR      REGISTER(0x40007000)
#define PWR_CSR     REGISTER(0x40007004)
#define FLASH_ACR   REGISTER(0x40022000)

#define CR_HSI16ON  (1u << 0)
#define CR_HSI16RDY (1u << 2)
#define CR_PLLON    (1u << 24)
#define CR_PLLRDY   (1u << 25)
#define APB1ENR_PWR (1u << 28)
#define PWR_VOS     (3u << 11)
#define PWR_RANGE_1 (1u << 11) /* 1.8 V: what 32 MHz takes */
#define CSR_VOSF    (1u << 4)
/* 16 MHz * 4 = 64 MHz of VCO, / 2 = 32 MHz; source HSI16 */
#define CFGR_PLL_32_MHZ  (1u << 18 | 1u << 22)
#define CFGR_PLL         3u
#define CFGR_STATUS_MASK 0xCu
#define CFGR_STATUS_PLL  0xCu
#define ACR_32_MHZ       (1u | 1u << 1) /* 1 wait state above 16 MHz in range 1, prefetch */

#define MSI_HZ UINT32_C(2097152)
#define APB_HZ UINT32_C(32000000)

static bool regulator_is_ready(void) {
    RCC_APB1ENR |= APB1ENR_PWR;
    (void)RCC_APB1ENR;
    if (!stm32_becomes(&PWR_CSR, CSR_VOSF, 0))
        return false;
    PWR_CR = (PWR_CR & ~PWR_VOS) | PWR_RANGE_1;
    return stm32_becomes(&PWR_CSR, CSR_VOSF, 0);
}

static bool pll_is_ready(void) {
    RCC_CR |= CR_HSI16ON;
    if (!stm32_becomes(&RCC_CR, CR_HSI16RDY, CR_HSI16RDY))
        return false;
    RCC_CFGR = CFGR_PLL_32_MHZ;
    RCC_CR |= CR_PLLON;
    return stm32_becomes(&RCC_CR, CR_PLLRDY, CR_PLLRDY);
}

uint32_t mcuai_stm32l0_clock_start(void) {
    if (!regulator_is_ready() || !pll_is_ready())
        return MSI_HZ;
    FLASH_ACR = ACR_32_MHZ;
    if (!stm32_becomes(&FLASH_ACR, ACR_32_MHZ, ACR_32_MHZ))
        return MSI_HZ;
    RCC_CFGR = CFGR_PLL_32_MHZ | CFGR_PLL;
    return stm32_becomes(&RCC_CFGR, CFGR_STATUS_MASK, CFGR_STATUS_PLL) ? APB_HZ : MSI_HZ;
}
