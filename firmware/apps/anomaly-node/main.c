/* Watches a stream of sensors with the pack's detector, and reports the score and decision of each
 * frame, events, ticks, memory and stack on the console.
 *
 * The stream is in a block behind the image, like the runner app's inputs: u32 magic 'TSKI', u32
 * instants, u32 bytes of an instant, u32 0, then the instants, one int16 of each channel. On a real
 * board they come from an ADC or a sensor's FIFO instead: `next_instant` is the place. */
#include <mcuai/anomaly.h>

#include <string.h>

#include "pack.h"
#include "port.h"
#include "report.h"

typedef struct {
    uint32_t magic, count, bytes_per_instant, reserved;
    int16_t data[];
} sample_block;

#define MAGIC UINT32_C(0x494B5354)

extern const sample_block mcuai_inputs;

static mcuai_model model;
static mcuai_detector detector;

static void report_frame(const mcuai_detection *detection, uint32_t index, uint64_t ticks) {
    uint8_t bytes[7];
    memcpy(bytes, &detection->score, 4); /* little-endian like every CPU that the core runs on */
    bytes[4] = detection->scored;
    bytes[5] = detection->alarm;
    bytes[6] = detection->event;
    report_word("mcuai output");
    report_hex(bytes, sizeof bytes);
    report_end();
    report_pair("ticks", index, (int64_t)ticks);
    if (detection->event)
        report_pair("event", index, detection->score);
}

static mcuai_status open_detector(void) {
    const mcuai_status status = mcuai_pack_open(&model, NULL, NULL);
    if (status != MCUAI_OK)
        return status;
    uint32_t bytes;
    const void *tables = mcuai_metadata(&model, "detector", &bytes);
    if (!tables)
        return MCUAI_ERROR_DETECTOR;
    const int32_t needed = mcuai_detector_bytes(tables, bytes);
    if (needed < 0)
        return (mcuai_status)needed;
    report_figure("arena", (uint64_t)needed + mcuai_pack_arena_bytes);
    return mcuai_detector_open(&detector, tables, bytes, &model, mcuai_pack_detector,
                               mcuai_pack_detector_bytes);
}

/* Null at the end of the stream. */
static const int16_t *next_instant(uint32_t index) {
    return mcuai_inputs.magic == MAGIC && index < mcuai_inputs.count
               ? mcuai_inputs.data + index * (mcuai_inputs.bytes_per_instant / 2)
               : NULL;
}

static mcuai_status watch(void) {
    const int16_t *samples;
    uint32_t frames = 0;
    for (uint32_t i = 0; (samples = next_instant(i)) != NULL; i++) {
        mcuai_detection detection;
        const uint64_t start = mcuai_port_ticks();
        const mcuai_status status = mcuai_detector_push(&detector, samples, &detection);
        const uint64_t ticks = mcuai_port_ticks() - start;
        if (status != MCUAI_OK)
            return status;
        if (detection.frame)
            report_frame(&detection, frames++, ticks);
    }
    return MCUAI_OK;
}

int main(void) {
    mcuai_port_stack_paint();
    mcuai_port_ticks_start();
    mcuai_status status = open_detector();
    if (status == MCUAI_OK)
        status = watch();
    report_figure("stack", mcuai_port_stack_used());
    report_done(status, NULL);
    for (;;)
        mcuai_port_idle();
}
