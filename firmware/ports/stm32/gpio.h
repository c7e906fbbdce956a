/* GPIO of STM32: every family since the F2 has these registers (RM0090, 8.4; RM0433, 11.4;
 * RM0376, 9.4). */
#ifndef MCUAI_STM32_GPIO_H
#define MCUAI_STM32_GPIO_H

#include <stdint.h>

typedef struct {
    volatile uint32_t mode, type, speed, pull, input, output, set_reset, lock, alternate[2];
} stm32_gpio;

enum { STM32_GPIO_INPUT = 0, STM32_GPIO_OUTPUT = 1, STM32_GPIO_ALTERNATE = 2 };
enum { STM32_GPIO_PULL_UP = 1 };

static inline void stm32_gpio_mode(stm32_gpio *port, uint32_t pin, uint32_t mode) {
    port->mode = (port->mode & ~(3u << 2 * pin)) | mode << 2 * pin;
}

static inline void stm32_gpio_pull(stm32_gpio *port, uint32_t pin, uint32_t pull) {
    port->pull = (port->pull & ~(3u << 2 * pin)) | pull << 2 * pin;
}

/* 0 (a few MHz) to 3 (RM0090, 8.4.3) */
static inline void stm32_gpio_speed(stm32_gpio *port, uint32_t pin, uint32_t speed) {
    port->speed = (port->speed & ~(3u << 2 * pin)) | speed << 2 * pin;
}

/* The pin goes to a peripheral: `function` is the column of the datasheet's table. */
static inline void stm32_gpio_function(stm32_gpio *port, uint32_t pin, uint32_t function) {
    volatile uint32_t *const half = &port->alternate[pin / 8];
    *half = (*half & ~(0xFu << 4 * (pin % 8))) | function << 4 * (pin % 8);
    stm32_gpio_mode(port, pin, STM32_GPIO_ALTERNATE);
}

/* Makes the pin an output of this level, without another level in between. */
static inline void stm32_gpio_write(stm32_gpio *port, uint32_t pin, uint32_t high) {
    port->set_reset = high ? 1u << pin : 1u << (pin + 16);
    stm32_gpio_mode(port, pin, STM32_GPIO_OUTPUT);
}

static inline uint32_t stm32_gpio_read(const stm32_gpio *port, uint32_t pin) {
    return port->input >> pin & 1;
}

#endif
