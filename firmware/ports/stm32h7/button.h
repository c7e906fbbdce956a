#ifndef MCUAI_STM32H7_BUTTON_H
#define MCUAI_STM32H7_BUTTON_H

/* From here on the button wakes the CPU. */
void mcuai_stm32h7_button_start(void);

#endif
