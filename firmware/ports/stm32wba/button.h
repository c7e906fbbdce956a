#ifndef MCUAI_STM32WBA_BUTTON_H
#define MCUAI_STM32WBA_BUTTON_H

/* From here on the button wakes the CPU. */
void mcuai_stm32wba_button_start(void);

#endif
