/* Listens, and reports each word that it hears: `mcuai event TIME_MS LABEL SCORE` on the console,
 * the score in 1/256, and an LED for a second, which the class decides. The CPU sleeps while no
 * samples wait.
 *
 * A press of the board's button stops it, microphone and all (`mcuai muted 1`), and the next one
 * starts it anew, as at first.
 *
 * Where the sound ends, as a recording does in an emulator, it reports what it took:
 * `mcuai audio SAMPLES TICKS WINDOWS INFERENCES`. */
#include <mcuai/spotter.h>

#include <stdbool.h>

#include "button.h"
#include "pack.h"
#include "port.h"
#include "report.h"

#define PIECE 256
#define LEDS  4

static mcuai_model model;
static mcuai_spotter spotter;
static uint64_t samples_heard, ticks, dark_at;

static void report_label(uint32_t label) {
    uint32_t bytes;
    const char *name = mcuai_spotter_label(&spotter, label, &bytes);
    mcuai_port_write(name, bytes);
    report_word("");
}

static void report_event(const mcuai_spotter_event *event) {
    report_word("mcuai event");
    report_number(event->time_ms);
    report_label((uint32_t)event->label);
    report_number(event->score);
    report_end();
}

static void light(uint32_t label) {
    mcuai_port_leds(UINT32_C(1) << label % LEDS);
    dark_at = samples_heard + mcuai_spotter_rate(&spotter);
}

static mcuai_status hear(const int16_t *samples, uint32_t count) {
    while (count > 0) {
        mcuai_spotter_event event;
        const uint64_t start = mcuai_port_ticks();
        const int32_t taken = mcuai_spotter_push(&spotter, samples, count, &event);
        ticks += mcuai_port_ticks() - start;
        if (taken < 0)
            return (mcuai_status)taken;
        samples += taken;
        count -= (uint32_t)taken;
        samples_heard += (uint32_t)taken;
        if (event.label >= 0) {
            light((uint32_t)event.label);
            report_event(&event);
        }
    }
    if (dark_at && samples_heard >= dark_at) {
        mcuai_port_leds(0);
        dark_at = 0;
    }
    return MCUAI_OK;
}

static mcuai_status open(void) {
    const mcuai_status status = mcuai_pack_open(&model, NULL, NULL);
    return status == MCUAI_OK
               ? mcuai_spotter_open(&spotter, &model, mcuai_pack_spotter, mcuai_pack_spotter_bytes)
               : status;
}

/* Until the sound ends or the button is pressed, which it tells. */
static mcuai_status listen(bool *is_muted) {
    static int16_t samples[PIECE];
    mcuai_status status = MCUAI_OK;
    while (status == MCUAI_OK) {
        *is_muted = button_pressed();
        if (*is_muted)
            break;
        const uint32_t count = mcuai_port_audio_read(samples, PIECE);
        if (count == MCUAI_PORT_AUDIO_END)
            break;
        if (count > 0)
            status = hear(samples, count);
        else
            mcuai_port_idle(); /* samples that came just now wait for the next interrupt, some ms */
    }
    return status;
}

static void report_audio(void) {
    report_word("mcuai audio");
    report_number((int64_t)samples_heard);
    report_number((int64_t)ticks);
    report_number(spotter.windows);
    report_number(spotter.inferences);
    report_end();
}

static void mute(void) {
    mcuai_port_audio_stop();
    mcuai_port_leds(0);
    report_figure("muted", 1);
    button_wait();
}

static mcuai_status start(const char **complaint) {
    const mcuai_status status = open();
    if (status != MCUAI_OK)
        return status;
    const uint32_t rate = mcuai_spotter_rate(&spotter);
    samples_heard = ticks = dark_at = 0;
    mcuai_port_leds(0);
    if (!mcuai_port_audio_start(rate)) {
        *complaint = "the source of sound does not start at the rate of the pack";
        return MCUAI_ERROR_ARGUMENT;
    }
    report_figure("listening", rate);
    return MCUAI_OK;
}

static mcuai_status run(const char **complaint) {
    mcuai_status status = start(complaint);
    if (status != MCUAI_OK)
        return status;
    report_figure("arena", mcuai_pack_arena_bytes);
    bool is_muted = false;
    while ((status = listen(&is_muted)) == MCUAI_OK && is_muted) {
        mute();
        status = start(complaint);
        if (status != MCUAI_OK)
            return status;
    }
    report_audio();
    report_figure("stack", mcuai_port_stack_used());
    return status;
}

int main(void) {
    mcuai_port_stack_paint();
    mcuai_port_ticks_start();
    const char *complaint = NULL;
    const mcuai_status status = run(&complaint);
    report_done(status, complaint);
    for (;;)
        mcuai_port_idle();
}
