/* Start-up of the ESP32-C3, as its boot ROM leaves it. Chapters are those of the ESP32-C3 Technical
 * Reference Manual. */
#ifndef MCUAI_ESP32C3_SOC_H
#define MCUAI_ESP32C3_SOC_H

#include <stdint.h>

/* Of the crystal, which UART, RMT and (divided by 2.5) the system timer run from. */
#define MCUAI_ESP32C3_CRYSTAL_HZ UINT32_C(40000000)

/* Stops the watchdogs that the ROM has started to guard the boot from flash. */
void mcuai_esp32c3_watchdogs_stop(void);

/* Has the CPU run at 160 MHz, and APB at 80 MHz. */
void mcuai_esp32c3_clock_start(void);

/* From here on the button wakes the CPU. */
void mcuai_esp32c3_button_start(void);

#endif
