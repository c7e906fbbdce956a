#include "clock.h"

#include "stm32/poll.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

/* RM0433, 8.7 (RCC), 6.8 (PWR), 4.9 (FLASH_ACR) */
#define RCC_CR        REGISTER(0x58024400)
#define RCC_CFGR      REGISTER(0x58024410)
#define RCC_D1CFGR    REGISTER(0x58024418)
#define RCC_D2CFGR    REGISTER(0x5802441C)
#define RCC_D3CFGR    REGISTER(0x58024420)
#define RCC_PLLCKSELR REGISTER(0x58024428)
#define RCC_PLLCFGR   REGISTER(0x5802442C)
#define RCC_PLL1DIVR  REGISTER(0x58024430)
#define PWR_CSR1      REGISTER(0x58024804)
#define PWR_CR3       REGISTER(0x5802480C)
#define PWR_D3CR      REGISTER(0x58024818)
#define FLASH_ACR     REGISTER(0x52002000)

#define CR_HSEON        (1u << 16)
#define CR_HSERDY       (1u << 17)
#define CR_HSEBYP       (1u << 18)
#define CR_PLL1ON       (1u << 24)
#define CR_PLL1RDY      (1u << 25)
#define CR3_LDOEN       (1u << 1)
#define CSR1_ACTVOSRDY  (1u << 13)
#define D3CR_SCALE_1    (3u << 14)
#define D3CR_VOSRDY     (1u << 13)
#define CKSELR_HSE_BY_1 (2u | 1u << 4)
/* Input 8 to 16 MHz, wide VCO, output P alone */
#define PLLCFGR_P (3u << 2 | 1u << 16)
/* 8 MHz * N 100 = 800 MHz of VCO; / P 2 = 400 MHz. The fields hold one less. */
#define PLL1DIVR_400_MHZ  (99u | 1u << 9 | 1u << 16 | 1u << 24)
#define D1CFGR_AHB_HALF   (8u | 4u << 4) /* and APB3 half of that */
#define D2CFGR_APB_HALVES (4u << 4 | 4u << 8)
#define D3CFGR_APB4_HALF  (4u << 4)
#define CFGR_PLL1         3u
#define CFGR_STATUS_MASK  (7u << 3)
#define CFGR_STATUS_PLL1  (3u << 3)
/* 2 wait states, programming delay 2: AXI at 200 MHz and scale 1 (RM0433, table "FLASH recommended
 * number of wait states and programming delay") */
#define ACR_200_MHZ 0x22u

#define HSI_HZ  UINT32_C(64000000)
#define APB1_HZ UINT32_C(100000000)

/* The core runs from the LDO, which the bit confirms once after power-on; then its highest voltage
 * without overdrive.
 */
static bool supply_is_ready(void) {
    PWR_CR3 = CR3_LDOEN;
    if (!stm32_becomes(&PWR_CSR1, CSR1_ACTVOSRDY, CSR1_ACTVOSRDY))
        return false;
    PWR_D3CR = D3CR_SCALE_1;
    return stm32_becomes(&PWR_D3CR, D3CR_VOSRDY, D3CR_VOSRDY);
}

static bool pll_is_ready(void) {
    RCC_CR |= CR_HSEBYP;
    RCC_CR |= CR_HSEON;
    if (!stm32_becomes(&RCC_CR, CR_HSERDY, CR_HSERDY))
        return false;
    RCC_PLLCKSELR = CKSELR_HSE_BY_1;
    RCC_PLLCFGR = PLLCFGR_P;
    RCC_PLL1DIVR = PLL1DIVR_400_MHZ;
    RCC_CR |= CR_PLL1ON;
    return stm32_becomes(&RCC_CR, CR_PLL1RDY, CR_PLL1RDY);
}

uint32_t mcuai_stm32h7_clock_start(void) {
    if (!supply_is_ready() || !pll_is_ready())
        return HSI_HZ;
    FLASH_ACR = ACR_200_MHZ;
    if (!stm32_becomes(&FLASH_ACR, ACR_200_MHZ, ACR_200_MHZ))
        return HSI_HZ;
    RCC_D1CFGR = D1CFGR_AHB_HALF;
    RCC_D2CFGR = D2CFGR_APB_HALVES;
    RCC_D3CFGR = D3CFGR_APB4_HALF;
    RCC_CFGR = CFGR_PLL1;
    /* Where the switch fails, the dividers stay: APB1 then has a quarter of the oscillator. */
    return stm32_becomes(&RCC_CFGR, CFGR_STATUS_MASK, CFGR_STATUS_PLL1) ? APB1_HZ : HSI_HZ / 4;
}
