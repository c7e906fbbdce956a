/* A recording in the place of a microphone, for emulators: a block behind the image, or, where
 * there is none, the file recording.raw of the host, which holds any length and is read by
 * semihosting.
 *
 * The block is that of the runner app: u32 magic 'TSKI', u32 1, u32 bytes, u32 0, then int16
 * samples. */
#include "port.h"

#include <string.h>

typedef struct {
    uint32_t magic, count, bytes, reserved;
    int16_t samples[];
} recording_block;

#define MAGIC      UINT32_C(0x494B5354)
#define SYS_OPEN   1u
#define SYS_READ   6u
#define READ_BYTES 1u /* the mode "rb" */

extern const recording_block mcuai_inputs;

static const int16_t *next;
static uint32_t left;
static int32_t file = -1;

static void open_file(void) {
    static const char name[] = "recording.raw";
    const uintptr_t arguments[] = {(uintptr_t)name, READ_BYTES, sizeof name - 1};
    file = mcuai_port_semihosting(SYS_OPEN, arguments);
}

int mcuai_port_audio_start(uint32_t rate) {
    (void)rate; /* the host has brought the recording to it */
    if (mcuai_inputs.magic == MAGIC) {
        next = mcuai_inputs.samples;
        left = mcuai_inputs.bytes / 2;
        return 1;
    }
    open_file();
    return file >= 0;
}

void mcuai_port_audio_stop(void) {
    left = 0;
    file = -1;
}

/* The operation returns the number of bytes that are missing at the end of the file. */
static void read_file(void) {
    static int16_t piece[1024];
    const uintptr_t arguments[] = {(uintptr_t)file, (uintptr_t)piece, sizeof piece};
    const int32_t missing = mcuai_port_semihosting(SYS_READ, arguments);
    left = missing < 0 ? 0 : (uint32_t)(sizeof piece - (uint32_t)missing) / 2;
    next = piece;
}

uint32_t mcuai_port_audio_read(int16_t *samples, uint32_t most) {
    if (left == 0 && file >= 0)
        read_file();
    if (left == 0)
        return MCUAI_PORT_AUDIO_END;
    const uint32_t count = left < most ? left : most;
    memcpy(samples, next, count * sizeof *samples);
    next += count;
    left -= count;
    return count;
}
