/* What an app may ask of the board. A board's file (boards/NAME.yaml) lists the folders beside this
 * one that implement it: one for the CPU (start-up, faults, ticks) and one for the SoC (clocks,
 * console). */
#ifndef MCUAI_PORT_H
#define MCUAI_PORT_H

#include <stddef.h>
#include <stdint.h>

/* Clocks and console of the SoC; called by the start-up code before main. */
void mcuai_port_init(void);

/* Writes to the serial console and waits until the last byte was handed to the transmitter. */
void mcuai_port_write(const char *text, size_t bytes);

/* Starts the tick counter. Ticks are CPU clock cycles on silicon; in an emulator, the board's file
 * tells how many instructions a tick is. */
void mcuai_port_ticks_start(void);
uint64_t mcuai_port_ticks(void);

/* Returns just after the counter moved, so that an interval that begins here lacks no fraction of a
 * tick. */
uint64_t mcuai_port_ticks_edge(void);

/* Sleeps until the next interrupt. */
void mcuai_port_idle(void);

/* Lights LED i where bit i is set, and no other. Boards have none or more. */
void mcuai_port_leds(uint32_t lit);

/* Whether the user's button is down; boards have one or none. Where there is one, pressing and releasing it ends
 * mcuai_port_idle. */
int mcuai_port_button(void);

/* Sleeps until the next interrupt, but not where the button is no longer what it was seen to be: an edge that comes
 * between that look and the sleep ends it too. */
void mcuai_port_idle_while_button(int down);

/* Starts the flow of samples at this rate in Hz; 0 where the source cannot. An image has one source
 * of sound: the folder recorded-audio, or those that the board's file names under microphone. */
int mcuai_port_audio_start(uint32_t rate);

/* Takes up to `most` samples that have come, 0 if none have. MCUAI_PORT_AUDIO_END where no more
 * will come. */
uint32_t mcuai_port_audio_read(int16_t *samples, uint32_t most);

#define MCUAI_PORT_AUDIO_END UINT32_MAX

/* Stops the flow; starting it anew begins with what is heard then, or with the recording's first sample. */
void mcuai_port_audio_stop(void);

/* The block device that a streamed pack lies on: opens it, and starts reading from an offset of the pack; 0 where that
 * failed. Waiting is as in mcuai/store.h. */
int mcuai_port_device_open(void);
int mcuai_port_device_start(uint32_t offset, void *destination, uint32_t bytes);
int mcuai_port_device_wait(void);

/* Has the emulator or debugger do a semihosting operation (Arm IHI 0050). Where none is attached the CPU faults. */
int32_t mcuai_port_semihosting(uint32_t operation, const void *arguments);

/* Paints the unused stack, at most 64 KiB of it. */
void mcuai_port_stack_paint(void);

/* Bytes from the top of the stack to the deepest word that was written since it was painted. */
uint32_t mcuai_port_stack_used(void);

#endif
