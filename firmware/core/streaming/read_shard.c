#include "shard_table.h"

static bool is_sound(const mcuai_store *store, const mcuai_shard_record *record, uint32_t place) {
    return mcuai_crc32c_of(mcuai_cache_at(store, place), record->bytes) == record->crc;
}

static void count(mcuai_store *store, const mcuai_shard_record *record) {
    store->statistics.reads++;
    store->statistics.bytes += record->bytes;
}

/* Reads once. */
static mcuai_status read_once(mcuai_store *store, const mcuai_shard_record *record,
                              uint32_t place) {
    const mcuai_store_config *config = &store->config;
    void *destination = mcuai_cache_at(store, place);
    count(store, record);
    const int failed =
        config->start
            ? config->start(config->context, record->offset, destination, record->bytes) ||
                  config->wait(config->context) < 0
            : config->read(config->context, record->offset, destination, record->bytes);
    return failed                           ? MCUAI_ERROR_READ
           : is_sound(store, record, place) ? MCUAI_OK
                                            : MCUAI_ERROR_SHARD;
}

static mcuai_status read_again(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                               uint32_t place) {
    store->statistics.repeats++;
    const mcuai_status status = read_once(store, &mcuai_shard_records(model)[shard], place);
    if (status != MCUAI_OK)
        store->damaged = (int32_t)shard;
    return status;
}

mcuai_status mcuai_read_shard(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                              uint32_t place) {
    const mcuai_status status = read_once(store, &mcuai_shard_records(model)[shard], place);
    return status == MCUAI_OK ? status : read_again(store, model, shard, place);
}

void mcuai_start_shard(mcuai_store *store, const mcuai_model *model, uint32_t shard) {
    const mcuai_store_config *config = &store->config;
    const mcuai_shard_record *record = &mcuai_shard_records(model)[shard];
    const mcuai_slots *slots = mcuai_slots_for(store, &mcuai_entries(store)[shard]);
    const uint32_t place = mcuai_spare_slot(store, model, slots, false);
    if (place == 0)
        return;
    mcuai_head_of(store, place)->held = MCUAI_HELD_AHEAD;
    store->reading = shard;
    store->target = place;
    count(store, record);
    if (config->start(config->context, record->offset, mcuai_cache_at(store, place),
                      record->bytes)) {
        store->reading = MCUAI_NO_SHARD; /* it is read when it is wanted, and fails then */
        mcuai_head_of(store, place)->held = 0;
    }
}

mcuai_status mcuai_finish_shard(mcuai_store *store, const mcuai_model *model, int *waited) {
    const uint32_t shard = store->reading, place = store->target;
    *waited = 0;
    if (shard == MCUAI_NO_SHARD)
        return MCUAI_OK;
    store->reading = MCUAI_NO_SHARD;
    mcuai_status status = MCUAI_OK;
    *waited = store->config.wait(store->config.context);
    if (*waited < 0 || !is_sound(store, &mcuai_shard_records(model)[shard], place)) {
        *waited = 1;
        status = read_again(store, model, shard, place);
    }
    mcuai_slot_head *head = mcuai_head_of(store, place);
    if (status == MCUAI_OK) {
        mcuai_entries(store)[shard].place = place;
        head->shard = shard;
    } else {
        head->held = 0;
    }
    return status;
}
