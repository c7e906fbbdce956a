/* The CPU from the PLL of 480 MHz ("Reset and Clock", CPU_CLK). The PLL runs from reset on, with
 * the settings of the boot ROM: those of its analogue part are not in the manual. */
#include "soc.h"

#define REGISTER(address)   (*(volatile uint32_t *)(address))
#define SYSTEM_CPU_PER_CONF REGISTER(0x600C0008)
#define SYSTEM_SYSCLK_CONF  REGISTER(0x600C0058)
#define RTC_CNTL_OPTIONS0   REGISTER(0x60008000)

#define OPTIONS0_PLL_FORCE_PD (1u << 6 | 1u << 8 | 1u << 10)
#define CPUPERIOD_SEL_MASK    3u
#define CPUPERIOD_SEL_160_MHZ 1u
#define PLL_FREQ_SEL_480_MHZ  (1u << 2)
#define SYSCLK_PRE_DIV_MASK   0x3FFu
#define SYSCLK_SOC_CLK_MASK   (3u << 10)
#define SYSCLK_SOC_CLK_PLL    (1u << 10)

void mcuai_esp32c3_clock_start(void) {
    RTC_CNTL_OPTIONS0 &= ~OPTIONS0_PLL_FORCE_PD;
    SYSTEM_CPU_PER_CONF =
        (SYSTEM_CPU_PER_CONF & ~CPUPERIOD_SEL_MASK) | PLL_FREQ_SEL_480_MHZ | CPUPERIOD_SEL_160_MHZ;
    SYSTEM_SYSCLK_CONF &= ~SYSCLK_PRE_DIV_MASK;
    SYSTEM_SYSCLK_CONF = (SYSTEM_SYSCLK_CONF & ~SYSCLK_SOC_CLK_MASK) | SYSCLK_SOC_CLK_PLL;
}
