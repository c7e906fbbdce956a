/* A recording in the place of a microphone, for emulators: a block behind the image, or, where
 * there is none, pieces that the host sends over the console.
 *
 * The block is that of the runner app: u32 magic 'TSKI', u32 1, u32 bytes, u32 0, then int16
 * samples. For a piece, the line `mcuai more` asks; a u16 number of samples answers, at most 256,
 * then the samples; 0 is the end. */
#include "port.h"

#include <string.h>

typedef struct {
    uint32_t magic, count, bytes, reserved;
    int16_t samples[];
} recording_block;

#define MAGIC      UINT32_C(0x494B5354)
#define MOST_PIECE 256

extern const recording_block mcuai_inputs;

static const int16_t *next;
static uint32_t left;
static int is_streamed, has_ended;

int mcuai_port_audio_start(uint32_t rate) {
    (void)rate; /* the host has brought the recording to it */
    is_streamed = mcuai_inputs.magic != MAGIC;
    next = mcuai_inputs.samples;
    left = is_streamed ? 0 : mcuai_inputs.bytes / 2;
    return 1;
}

static void ask(void) {
    static const char request[] = "mcuai more\r\n";
    static int16_t piece[MOST_PIECE];
    uint16_t count;
    mcuai_port_write(request, sizeof request - 1);
    mcuai_port_read(&count, sizeof count);
    left = count < MOST_PIECE ? count : MOST_PIECE;
    mcuai_port_read(piece, left * sizeof *piece);
    next = piece;
    has_ended = left == 0;
}

uint32_t mcuai_port_audio_read(int16_t *samples, uint32_t most) {
    if (left == 0 && is_streamed && !has_ended)
        ask();
    if (left == 0)
        return MCUAI_PORT_AUDIO_END;
    const uint32_t count = left < most ? left : most;
    memcpy(samples, next, count * sizeof *samples);
    next += count;
    left -= count;
    return count;
}
