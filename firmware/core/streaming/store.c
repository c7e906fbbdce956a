#include "shard_table.h"

#include <string.h>

static void release(mcuai_store *store, uint32_t held) {
    for (uint32_t i = 0; i < store->in_order.count; i++)
        mcuai_slot_at(store, &store->in_order, i)->held &= ~held;
    for (uint32_t i = 0; i < store->on_demand.count; i++)
        mcuai_slot_at(store, &store->on_demand, i)->held &= ~held;
}

static mcuai_status open(mcuai_store *store, const mcuai_model *model) {
    mcuai_store_finish(store);
    store->in_order.count = store->on_demand.count = 0;
    store->recent = MCUAI_NO_SHARD;
    store->damaged = -1;
    store->now = store->ahead = store->rounds = 0;
    mcuai_status status = mcuai_divide_cache(store, model);
    for (uint32_t i = 0; i < model->shard_count && status == MCUAI_OK; i++)
        if (mcuai_entries(store)[i].place)
            status = mcuai_read_shard(store, model, i, mcuai_entries(store)[i].place);
    return status;
}

static void begin(mcuai_store *store, const mcuai_model *model, uint32_t index) {
    release(store, MCUAI_HELD_BY_OPERATOR | MCUAI_HELD_ON_DEMAND);
    if (store->ahead > 0 && index == (store->now + 1) % model->operator_count) {
        store->ahead--;
    } else {
        store->ahead = 0;
        release(store, MCUAI_HELD_AHEAD);
    }
    store->now = index;
}

/* Counts a use, and halves all counts and rounds from time to time: what was long ago counts less.
 */
static void age(mcuai_store *store, const mcuai_model *model, mcuai_shard_entry *entry) {
    if (entry->uses < UINT8_MAX)
        entry->uses++;
    if (store->rounds < UINT8_MAX && entry->uses < UINT8_MAX)
        return;
    store->rounds /= 2;
    for (uint32_t i = 0; i < model->shard_count; i++)
        mcuai_entries(store)[i].uses /= 2;
}

/* The shard, which is not there and not being read, in a slot. */
static mcuai_status fetch(mcuai_store *store, const mcuai_model *model, uint32_t shard) {
    int waited;
    mcuai_finish_shard(store, model, &waited); /* of another one, whose failure is its own */
    mcuai_shard_entry *entry = &mcuai_entries(store)[shard];
    const uint32_t place = mcuai_spare_slot(store, model, mcuai_slots_for(store, entry), true);
    if (place == 0)
        return MCUAI_ERROR_CACHE;
    store->statistics.stalls++;
    const mcuai_status status = mcuai_read_shard(store, model, shard, place);
    if (status == MCUAI_OK) {
        mcuai_head_of(store, place)->shard = shard;
        entry->place = place;
    }
    return status;
}

static mcuai_status want(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                         uint32_t held, uint8_t **data) {
    mcuai_shard_entry *entry = &mcuai_entries(store)[shard];
    mcuai_status status = MCUAI_OK;
    if (held == MCUAI_HELD_ON_DEMAND && shard != store->recent)
        age(store, model, entry);
    if (shard == store->reading) {
        int waited;
        status = mcuai_finish_shard(store, model, &waited);
        store->statistics.stalls += waited != 0;
    } else if (!entry->place) {
        status = fetch(store, model, shard);
    } else {
        store->statistics.hits += shard != store->recent;
    }
    if (status != MCUAI_OK)
        return status;
    store->recent = shard;
    mcuai_slot_head *head = mcuai_head_of(store, entry->place);
    if (head)
        head->held = (head->held & ~(uint32_t)MCUAI_HELD_AHEAD) | held;
    *data = mcuai_cache_at(store, entry->place);
    return MCUAI_OK;
}

static mcuai_status bring(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                          uint8_t **data) {
    return want(store, model, shard, MCUAI_HELD_BY_OPERATOR, data);
}

static mcuai_status demand(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                           uint8_t **data) {
    return want(store, model, shard, MCUAI_HELD_ON_DEMAND, data);
}

static void forget(mcuai_store *store) {
    release(store, MCUAI_HELD_ON_DEMAND);
}

static void expect(mcuai_store *store, const mcuai_model *model, uint32_t shard) {
    if (store->config.start && shard != MCUAI_NO_SHARD && store->reading == MCUAI_NO_SHARD &&
        !mcuai_entries(store)[shard].place)
        mcuai_start_shard(store, model, shard);
    mcuai_read_ahead(store, model);
}

static void look_ahead(mcuai_store *store, const mcuai_model *model, uint32_t offset) {
    if (store->now == 0)
        store->rounds++;
    if (store->ahead == 0)
        store->ahead_offset =
            store->now + 1 == model->operator_count
                ? 0
                : offset + mcuai_operator_bytes(mcuai_operator_record_at(model, offset));
    mcuai_read_ahead(store, model);
}

static const struct mcuai_store_functions functions = {open,   begin,  bring,     demand,
                                                       forget, expect, look_ahead};

mcuai_status mcuai_store_init(mcuai_store *store, const mcuai_store_config *config) {
    if (!store || !config || !config->cache || (uintptr_t)config->cache % 16 != 0 ||
        !config->start != !config->wait || !config->read == !config->start)
        return MCUAI_ERROR_ARGUMENT;
    memset(store, 0, sizeof *store);
    store->functions = &functions;
    store->config = *config;
    store->reading = MCUAI_NO_SHARD;
    store->damaged = -1;
    return MCUAI_OK;
}

mcuai_store_sizes mcuai_store_needs(const mcuai_store *store) {
    return store->sizes;
}

mcuai_store_statistics mcuai_store_counts(const mcuai_store *store) {
    return store->statistics;
}

int32_t mcuai_damaged_shard(const mcuai_store *store) {
    return store->damaged;
}

void mcuai_store_finish(mcuai_store *store) {
    if (store->reading != MCUAI_NO_SHARD)
        store->config.wait(store->config.context);
    store->reading = MCUAI_NO_SHARD;
}
