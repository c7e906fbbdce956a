#include "clock.h"

#include "stm32/poll.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))

/* RM0493, chapters RCC, PWR, FLASH and ICACHE */
#define RCC_CR       REGISTER(0x46020C00)
#define RCC_CFGR1    REGISTER(0x46020C1C)
#define RCC_PLL1CFGR REGISTER(0x46020C28)
#define RCC_PLL1DIVR REGISTER(0x46020C34)
#define RCC_AHB4ENR  REGISTER(0x46020C94)
#define RCC_CFGR4    REGISTER(0x46020E00)
#define PWR_VOSR     REGISTER(0x4602080C)
#define FLASH_ACR    REGISTER(0x40022000)
#define ICACHE_CR    REGISTER(0x40030400)
#define ICACHE_SR    REGISTER(0x40030404)

#define CR_HSEON      (1u << 16)
#define CR_HSERDY     (1u << 17)
#define CR_PLL1ON     (1u << 24)
#define CR_PLL1RDY    (1u << 25)
#define AHB4ENR_PWR   (1u << 2)
#define VOSR_RANGE_1  (1u << 16)
#define VOSR_READY    (1u << 15)
#define ACR_LATENCY   0xFu
#define ACR_100_MHZ   (3u | 1u << 8) /* 3 wait states in range 1, prefetch */
#define ACR_3_WAITS   3u
#define ICACHE_ENABLE 1u
#define ICACHE_BUSY   1u
/* HSE, input 8 to 16 MHz, M 2, output R, divided by 2 until the CPU runs from it */
#define PLL1CFGR_R    (3u | 3u << 2 | 1u << 8 | 1u << 18)
#define PLL1CFGR_HALF (1u << 20)
#define PLL1CFGR_FULL (1u << 22)
/* 32 MHz / M 2 * N 25 = 400 MHz of VCO; / R 4 = 100 MHz. The fields hold one less. */
#define PLL1DIVR_100_MHZ  (24u | 1u << 9 | 1u << 16 | 3u << 24)
#define CFGR4_AHB5        7u
#define CFGR4_AHB5_BY_4   6u /* the radio's bus: at most 32 MHz */
#define CFGR1_PLL1        3u
#define CFGR1_STATUS_MASK 0xCu
#define CFGR1_STATUS_PLL1 0xCu

#define HSI_HZ UINT32_C(16000000)
#define APB_HZ UINT32_C(100000000)

static bool regulator_is_ready(void) {
    RCC_AHB4ENR |= AHB4ENR_PWR;
    (void)RCC_AHB4ENR;
    PWR_VOSR = VOSR_RANGE_1;
    return stm32_becomes(&PWR_VOSR, VOSR_READY, VOSR_READY);
}

static bool pll_is_ready(void) {
    RCC_CR |= CR_HSEON;
    if (!stm32_becomes(&RCC_CR, CR_HSERDY, CR_HSERDY))
        return false;
    RCC_PLL1CFGR = PLL1CFGR_R | PLL1CFGR_HALF;
    RCC_PLL1DIVR = PLL1DIVR_100_MHZ;
    RCC_CR |= CR_PLL1ON;
    return stm32_becomes(&RCC_CR, CR_PLL1RDY, CR_PLL1RDY);
}

/* From 16 to 50, and from there to 100 MHz: the regulator is spared the step in one. Returns what
 * the CPU then has in Hz. */
static uint32_t switch_to_pll(void) {
    RCC_CFGR4 = (RCC_CFGR4 & ~CFGR4_AHB5) | CFGR4_AHB5_BY_4;
    RCC_CFGR1 = CFGR1_PLL1;
    if (!stm32_becomes(&RCC_CFGR1, CFGR1_STATUS_MASK, CFGR1_STATUS_PLL1))
        return HSI_HZ;
    RCC_PLL1CFGR &= ~PLL1CFGR_HALF;
    return stm32_becomes(&RCC_PLL1CFGR, PLL1CFGR_FULL, PLL1CFGR_FULL) ? APB_HZ : APB_HZ / 2;
}

static void start_cache(void) {
    if (stm32_becomes(&ICACHE_SR, ICACHE_BUSY, 0)) /* it invalidates itself at reset */
        ICACHE_CR |= ICACHE_ENABLE;
}

uint32_t mcuai_stm32wba_clock_start(void) {
    start_cache();
    if (!regulator_is_ready() || !pll_is_ready())
        return HSI_HZ;
    FLASH_ACR = ACR_100_MHZ;
    if (!stm32_becomes(&FLASH_ACR, ACR_LATENCY, ACR_3_WAITS))
        return HSI_HZ;
    return switch_to_pll();
}
