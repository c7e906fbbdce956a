#ifndef MCUAI_STM32F4_BUTTON_H
#define MCUAI_STM32F4_BUTTON_H

/* From here on the button wakes the CPU. */
void mcuai_stm32f4_button_start(void);

#endif
