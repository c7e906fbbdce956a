/* The keyword spotter: its struct at the beginning of the state, its memory behind it. */
#include "attach.h"

#include "../../core/audio/decide.h"

enum { STRUCT_BYTES = (sizeof(mcuai_spotter) + 7) / 8 * 8 };

static uint8_t *memory_of(void *state) {
    return (uint8_t *)state + STRUCT_BYTES;
}

int32_t mcuai_managed_spotter_bytes(const mcuai_managed_pack *pack) {
    mcuai_managed_model managed;
    const mcuai_status status = mcuai_managed_attach(&managed, pack);
    const int32_t bytes = status == MCUAI_OK ? mcuai_spotter_bytes(&managed.model) : (int32_t)status;
    return bytes < 0 ? bytes : bytes + STRUCT_BYTES;
}

int32_t mcuai_managed_spotter_open(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes) {
    mcuai_managed_model managed;
    const mcuai_status status = mcuai_managed_attach(&managed, pack);
    if (status != MCUAI_OK)
        return status;
    if (!state || state_bytes < STRUCT_BYTES)
        return MCUAI_ERROR_ARGUMENT;
    return mcuai_spotter_start(state, &managed.model, memory_of(state), state_bytes - STRUCT_BYTES);
}

/* An opened spotter, for the length of a call. */
static mcuai_status attach(mcuai_managed_model *managed, const mcuai_managed_pack *pack, void *state, uint32_t state_bytes) {
    const mcuai_status status = mcuai_managed_attach(managed, pack);
    if (status != MCUAI_OK)
        return status;
    if (!state || state_bytes < STRUCT_BYTES)
        return MCUAI_ERROR_ARGUMENT;
    mcuai_spotter_attach(state, &managed->model, memory_of(state));
    return MCUAI_OK;
}

int32_t mcuai_managed_spotter_rate(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes) {
    mcuai_managed_model managed;
    const mcuai_status status = attach(&managed, pack, state, state_bytes);
    if (status != MCUAI_OK)
        return status;
    const uint32_t rate = mcuai_spotter_rate(state);
    return rate <= INT32_MAX ? (int32_t)rate : MCUAI_ERROR_FRONT_END;
}

int32_t mcuai_managed_spotter_reset(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes) {
    mcuai_managed_model managed;
    const mcuai_status status = attach(&managed, pack, state, state_bytes);
    if (status == MCUAI_OK)
        mcuai_spotter_reset(state);
    return status;
}

static void tell(const mcuai_spotter_event *event, bool is_ready, int32_t *results) {
    results[MCUAI_SPOTTER_READY] = is_ready;
    results[MCUAI_SPOTTER_LABEL] = event->label;
    results[MCUAI_SPOTTER_SCORE] = event->label >= 0 ? event->score : 0;
    results[MCUAI_SPOTTER_TIME] = event->label >= 0 ? (int32_t)event->time_ms : 0;
}

int32_t mcuai_managed_spotter_take(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes, const int16_t *samples,
                                   uint32_t count, int32_t *results) {
    mcuai_managed_model managed;
    const mcuai_status status = attach(&managed, pack, state, state_bytes);
    if (status != MCUAI_OK)
        return status;
    mcuai_spotter_event event;
    bool is_ready;
    const int32_t taken = mcuai_spotter_take(state, samples, count, &event, &is_ready);
    tell(&event, is_ready, results);
    return taken;
}

int32_t mcuai_managed_spotter_judge(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes, int32_t *results) {
    mcuai_managed_model managed;
    const mcuai_status status = attach(&managed, pack, state, state_bytes);
    if (status != MCUAI_OK)
        return status;
    mcuai_spotter_event event;
    mcuai_spotter_judge(state, &event);
    tell(&event, false, results);
    return MCUAI_OK;
}
