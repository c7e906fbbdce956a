/* The anomaly detector: its struct at the beginning of the state, its memory behind it. */
#include "attach.h"

#include "../../core/features/features.h"

enum { STRUCT_BYTES = (sizeof(mcuai_detector) + 7) / 8 * 8 };

static uint8_t *memory_of(void *state) {
    return (uint8_t *)state + STRUCT_BYTES;
}

int32_t mcuai_managed_detector_bytes(const mcuai_managed_pack *pack) {
    mcuai_managed_model managed;
    const mcuai_status status = mcuai_managed_attach(&managed, pack);
    if (status != MCUAI_OK)
        return status;
    uint32_t table_bytes = 0;
    const void *tables = mcuai_metadata(&managed.model, "detector", &table_bytes);
    const int32_t bytes = tables ? mcuai_detector_bytes(tables, table_bytes) : MCUAI_ERROR_DETECTOR;
    return bytes < 0 ? bytes : bytes + STRUCT_BYTES;
}

int32_t mcuai_managed_detector_open(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes) {
    mcuai_managed_model managed;
    const mcuai_status status = mcuai_managed_attach(&managed, pack);
    if (status != MCUAI_OK)
        return status;
    uint32_t table_bytes = 0;
    const void *tables = mcuai_metadata(&managed.model, "detector", &table_bytes);
    if (!state || state_bytes < STRUCT_BYTES)
        return MCUAI_ERROR_ARGUMENT;
    if (!tables)
        return MCUAI_ERROR_DETECTOR;
    return mcuai_detector_start(state, tables, table_bytes, &managed.model, memory_of(state), state_bytes - STRUCT_BYTES);
}

/* An opened detector, for the length of a call. */
static mcuai_status attach(mcuai_managed_model *managed, const mcuai_managed_pack *pack, void *state, uint32_t state_bytes) {
    const mcuai_status status = mcuai_managed_attach(managed, pack);
    uint32_t table_bytes;
    if (status != MCUAI_OK)
        return status;
    if (!state || state_bytes < STRUCT_BYTES)
        return MCUAI_ERROR_ARGUMENT;
    const void *tables = mcuai_metadata(&managed->model, "detector", &table_bytes);
    mcuai_detector_attach(state, tables, &managed->model, memory_of(state));
    return MCUAI_OK;
}

/* The tables of a pack; `status` tells why there are none. */
static const mcuai_detector_tables *tables_of(const mcuai_managed_pack *pack, int32_t *status) {
    mcuai_managed_model managed;
    uint32_t bytes;
    *status = mcuai_managed_attach(&managed, pack);
    if (*status != MCUAI_OK)
        return NULL;
    const mcuai_detector_tables *tables = mcuai_metadata(&managed.model, "detector", &bytes);
    *status = tables && bytes >= sizeof *tables ? MCUAI_OK : MCUAI_ERROR_DETECTOR;
    return *status == MCUAI_OK ? tables : NULL;
}

int32_t mcuai_managed_detector_channels(const mcuai_managed_pack *pack) {
    int32_t status;
    const mcuai_detector_tables *tables = tables_of(pack, &status);
    return tables ? tables->channels : status;
}

int32_t mcuai_managed_detector_rate(const mcuai_managed_pack *pack) {
    int32_t status;
    const mcuai_detector_tables *tables = tables_of(pack, &status);
    if (!tables)
        return status;
    return tables->sample_rate <= INT32_MAX ? (int32_t)tables->sample_rate : MCUAI_ERROR_DETECTOR;
}

int32_t mcuai_managed_detector_reset(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes) {
    mcuai_managed_model managed;
    const mcuai_status status = attach(&managed, pack, state, state_bytes);
    if (status == MCUAI_OK) {
        mcuai_reset(&managed.model);
        mcuai_detector_reset(state);
    }
    return status;
}

static void tell(const mcuai_detection *detection, bool is_ready, int32_t *results) {
    results[MCUAI_DETECTOR_READY] = is_ready;
    results[MCUAI_DETECTOR_FRAME] = detection->frame;
    results[MCUAI_DETECTOR_SCORED] = detection->scored;
    results[MCUAI_DETECTOR_SCORE] = detection->score;
    results[MCUAI_DETECTOR_ALARM] = detection->alarm;
    results[MCUAI_DETECTOR_EVENT] = detection->event;
}

int32_t mcuai_managed_detector_take(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes, const int16_t *samples,
                                    uint32_t instants, int32_t *results) {
    mcuai_managed_model managed;
    const mcuai_status status = attach(&managed, pack, state, state_bytes);
    if (status != MCUAI_OK)
        return status;
    mcuai_detector *detector = state;
    mcuai_detection detection = {0};
    bool is_ready = false;
    uint32_t taken = 0;
    while (taken < instants && !is_ready && !detection.frame)
        is_ready = mcuai_detector_take(detector, samples + detector->tables->channels * taken++, &detection);
    tell(&detection, is_ready, results);
    return (int32_t)taken;
}

int32_t mcuai_managed_detector_judge(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes, int32_t *results) {
    mcuai_managed_model managed;
    const mcuai_status status = attach(&managed, pack, state, state_bytes);
    if (status != MCUAI_OK)
        return status;
    mcuai_detection detection = {
        .score = results[MCUAI_DETECTOR_SCORE],
        .frame = 1,
        .scored = results[MCUAI_DETECTOR_SCORED] != 0,
    };
    mcuai_detector_judge(state, &detection);
    tell(&detection, false, results);
    return MCUAI_OK;
}
