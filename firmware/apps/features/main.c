/* Runs the audio front end of the pack on every recording of a block behind the image, and reports
 * the last frames and the window that the model would see, with ticks, memory and stack, on the
 * console.
 *
 * The block is that of the runner app: u32 magic 'TSKI', u32 count, u32 bytes per recording, u32 0,
 * then the recordings, int16 samples. Each has at least the samples of a window. */
#include <mcuai/audio.h>

#include "pack.h"
#include "port.h"
#include "report.h"

typedef struct {
    uint32_t magic, count, bytes_per_recording, reserved;
    int16_t data[];
} recording_block;

#define MAGIC      UINT32_C(0x494B5354)
#define MAX_MEMORY 65536
#define MAX_WINDOW 16384

extern const recording_block mcuai_inputs;

static mcuai_model model;
static mcuai_front_end front_end;
static uint64_t memory[MAX_MEMORY / 8];
static int8_t window[MAX_WINDOW];
static uint64_t frame_ticks, window_ticks;

/* The tables lie in the pack, and this size of a window in their header (docs/pack-format.md). */
static mcuai_status open_front_end(uint32_t *window_bytes) {
    const mcuai_status status = mcuai_pack_open(&model, NULL, NULL);
    if (status != MCUAI_OK)
        return status;
    uint32_t bytes;
    const uint16_t *tables = mcuai_metadata(&model, "front_end", &bytes);
    if (!tables)
        return MCUAI_ERROR_FRONT_END;
    const int32_t needed = mcuai_front_end_bytes(tables, bytes);
    if (needed < 0)
        return (mcuai_status)needed;
    report_figure("arena", (uint64_t)needed);
    *window_bytes = (uint32_t)tables[12] * tables[13];
    return mcuai_front_end_open(&front_end, tables, bytes, memory, sizeof memory);
}

static mcuai_status run_recording(const int16_t *samples, uint32_t count, uint32_t window_bytes,
                                  uint32_t *frames) {
    mcuai_front_end_reset(&front_end);
    const uint64_t start = mcuai_port_ticks_edge();
    *frames = (uint32_t)mcuai_front_end_push(&front_end, samples, count);
    frame_ticks = mcuai_port_ticks() - start;
    const uint64_t middle = mcuai_port_ticks_edge();
    const mcuai_status status = mcuai_front_end_window(&front_end, window, window_bytes);
    window_ticks = mcuai_port_ticks() - middle;
    return status;
}

/* The window, then the ring of frames, the oldest first. */
static void report_output(uint32_t window_bytes, uint32_t features) {
    report_word("mcuai output");
    report_hex((const uint8_t *)window, window_bytes);
    for (uint32_t age = window_bytes / features; age-- > 0;)
        report_hex((const void *)mcuai_front_end_frame(&front_end, age), 2 * features);
    report_end();
}

static mcuai_status run(void) {
    uint32_t window_bytes = 0, frames = 0;
    mcuai_status status = open_front_end(&window_bytes);
    if (status == MCUAI_OK && (mcuai_inputs.magic != MAGIC || window_bytes > MAX_WINDOW))
        status = MCUAI_ERROR_ARGUMENT;
    for (uint32_t i = 0; status == MCUAI_OK && i < mcuai_inputs.count; i++) {
        const uint32_t samples = mcuai_inputs.bytes_per_recording / 2;
        status = run_recording(mcuai_inputs.data + i * samples, samples, window_bytes, &frames);
        if (status != MCUAI_OK)
            return status;
        const uint16_t *tables = (const void *)front_end.tables;
        report_output(window_bytes, tables[12]);
        report_pair("ticks", i, (int64_t)(frame_ticks + window_ticks));
    }
    report_figure("stack", mcuai_port_stack_used());
    /* Of the last recording: all frames, the window, and how many frames there were. */
    report_pair("operator", 0, (int64_t)frame_ticks);
    report_pair("operator", 1, (int64_t)window_ticks);
    report_pair("operator", 2, (int64_t)frames);
    return status;
}

int main(void) {
    mcuai_port_stack_paint();
    mcuai_port_ticks_start();
    const mcuai_status status = run();
    report_done(status, NULL);
    for (;;)
        mcuai_port_idle();
}
