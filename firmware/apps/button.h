/* The user's button, for apps. */
#ifndef MCUAI_APPS_BUTTON_H
#define MCUAI_APPS_BUTTON_H

#include <stdbool.h>

/* Whether the button went down since the last call; a press counts once, however its contacts
 * bounce. To be called again and again: a press that both begins and ends between two calls is
 * lost. */
bool button_pressed(void);

/* Sleeps until the button is pressed; where there is none, for ever. */
void button_wait(void);

#endif
