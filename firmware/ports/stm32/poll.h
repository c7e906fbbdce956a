/* Waiting for what hardware says, but not for ever. */
#ifndef MCUAI_STM32_POLL_H
#define MCUAI_STM32_POLL_H

#include <stdbool.h>
#include <stdint.h>

#define STM32_MOST_POLLS 100000u

static inline bool stm32_becomes(const volatile uint32_t *status, uint32_t mask, uint32_t value) {
    for (uint32_t i = 0; i < STM32_MOST_POLLS; i++)
        if ((*status & mask) == value)
            return true;
    return false;
}

#endif
