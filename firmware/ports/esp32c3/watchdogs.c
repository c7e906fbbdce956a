/* The watchdogs that run at reset: MWDT0 and RWDT in flash boot mode, and the super watchdog
 * ("Watchdog Timers"; registers in "Timer Group" and "Low-power Management"). */
#include "soc.h"

#define REGISTER(address)     (*(volatile uint32_t *)(address))
#define TIMG0_WDTCONFIG0      REGISTER(0x6001F048)
#define TIMG0_WDTWPROTECT     REGISTER(0x6001F064)
#define RTC_CNTL_WDTCONFIG0   REGISTER(0x60008090)
#define RTC_CNTL_WDTWPROTECT  REGISTER(0x600080A8)
#define RTC_CNTL_SWD_CONF     REGISTER(0x600080AC)
#define RTC_CNTL_SWD_WPROTECT REGISTER(0x600080B0)

#define WATCHDOG_KEY       UINT32_C(0x50D83AA1)
#define SUPER_WATCHDOG_KEY UINT32_C(0x8F1D312A)
#define LOCKED             0u
#define CONF_UPDATE_EN     (1u << 22) /* the rest zero: neither enabled nor in flash boot mode */
#define SWD_DISABLE        (1u << 30)

void mcuai_esp32c3_watchdogs_stop(void) {
    TIMG0_WDTWPROTECT = WATCHDOG_KEY;
    TIMG0_WDTCONFIG0 = 0;
    TIMG0_WDTCONFIG0 = CONF_UPDATE_EN;
    TIMG0_WDTWPROTECT = LOCKED;
    RTC_CNTL_WDTWPROTECT = WATCHDOG_KEY;
    RTC_CNTL_WDTCONFIG0 = 0;
    RTC_CNTL_WDTWPROTECT = LOCKED;
    RTC_CNTL_SWD_WPROTECT = SUPER_WATCHDOG_KEY;
    RTC_CNTL_SWD_CONF |= SWD_DISABLE;
    RTC_CNTL_SWD_WPROTECT = LOCKED;
}
