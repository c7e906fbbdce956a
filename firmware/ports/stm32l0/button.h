#ifndef MCUAI_STM32L0_BUTTON_H
#define MCUAI_STM32L0_BUTTON_H

/* From here on the button wakes the CPU. */
void mcuai_stm32l0_button_start(void);

#endif
