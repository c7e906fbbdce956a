/* The front end normalises each window, so that a window of noise alone looks like faint speech.
 * What tells them apart is the level: speech stands out of the noise floor, which follows the level
 * down at once and up slowly. */
#include "decide.h"

static void follow(mcuai_spotter_gate *gate, const mcuai_spotter_settings *settings,
                   int32_t level) {
    const int32_t distance = level * 256 - gate->floor;
    if (distance < 0)
        gate->floor += distance >> settings->fall;
    else
        gate->floor += distance < settings->rise ? distance : settings->rise;
}

void mcuai_gate_step(mcuai_spotter_gate *gate, const mcuai_spotter_settings *settings,
                     uint32_t frames, int32_t level) {
    level = level > settings->least ? level : settings->least;
    if (gate->floor == INT32_MIN)
        gate->floor = level * 256;
    else
        follow(gate, settings, level);
    const uint32_t is_active =
        settings->gate == 0 || level * 256 - gate->floor >= settings->gate * 256;
    uint32_t *word = &gate->active[gate->next / 32];
    const uint32_t place = gate->next % 32;
    gate->count += is_active - (*word >> place & 1);
    *word = (*word & ~(UINT32_C(1) << place)) | is_active << place;
    gate->next = gate->next + 1 < frames ? gate->next + 1 : 0;
}

bool mcuai_gate_is_open(const mcuai_spotter_gate *gate, const mcuai_spotter_settings *settings) {
    return gate->count >= settings->active;
}
