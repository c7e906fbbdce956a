#include "attach.h"

#include "../../core/src/program.h"
#include "../../core/src/shards.h"
#include "mapping.h"

#include <string.h>

static mcuai_managed_model *of(mcuai_store *store) {
    return (mcuai_managed_model *)(void *)((uint8_t *)store - offsetof(mcuai_managed_model, store));
}

/* The two numbers of a shard in the residency. */
static int32_t *fields_of(const mcuai_managed_pack *pack, uint32_t shard) {
    return pack->residency + MCUAI_RESIDENCY_SHARDS + MCUAI_RESIDENCY_FIELDS * shard;
}

static mcuai_status find(mcuai_managed_model *managed, uint32_t shard, int32_t used, uint8_t **data) {
    const mcuai_managed_pack *pack = managed->pack;
    const mcuai_shard_record *record = &mcuai_shard_records(&managed->model)[shard];
    if (!pack->residency) {
        *data = pack->weights + record->offset;
        return MCUAI_OK;
    }
    int32_t *fields = fields_of(pack, shard);
    const int32_t place = fields[MCUAI_RESIDENCY_PLACE];
    if (place < 0 || (uint32_t)place > pack->weights_bytes ||
        record->bytes > pack->weights_bytes - (uint32_t)place) {
        managed->missing = (int32_t)shard;
        return MCUAI_ERROR_READ;
    }
    fields[MCUAI_RESIDENCY_USED] = used;
    *data = pack->weights + place;
    return MCUAI_OK;
}

static mcuai_status bring(mcuai_store *store, const mcuai_model *model, uint32_t shard, uint8_t **data) {
    (void)model;
    const int32_t *residency = of(store)->pack->residency;
    return find(of(store), shard, residency ? residency[MCUAI_RESIDENCY_CLOCK] : 0, data);
}

static mcuai_status demand(mcuai_store *store, const mcuai_model *model, uint32_t shard, uint8_t **data) {
    (void)model;
    const int32_t *residency = of(store)->pack->residency;
    return find(of(store), shard, residency ? -residency[MCUAI_RESIDENCY_DEMANDS] : 0, data);
}

static void forget(mcuai_store *store) {
    int32_t *residency = of(store)->pack->residency;
    if (residency)
        residency[MCUAI_RESIDENCY_DEMANDS] = residency[MCUAI_RESIDENCY_DEMANDS] % INT32_MAX + 1;
}

static void begin(mcuai_store *store, const mcuai_model *model, uint32_t index) {
    (void)store, (void)model, (void)index;
}

static const struct mcuai_store_functions functions = {
    .begin = begin, .bring = bring, .demand = demand, .forget = forget, .expect = begin, .look_ahead = begin,
};

mcuai_status mcuai_managed_locate(mcuai_managed_model *to, const mcuai_managed_pack *pack) {
    const mcuai_mapping *mapping = mcuai_mapping_of(pack->mapping);
    memset(to, 0, sizeof *to);
    to->pack = pack;
    to->missing = -1;
    mcuai_config *config = &to->model.config;
    config->arena = pack->arena;
    config->arena_bytes = pack->arena_bytes;
    config->operators = mcuai_all_operators;
    if (mapping) {
        config->pack = mapping->data;
        config->pack_bytes = mapping->bytes;
    } else {
        to->store.functions = &functions;
        config->pack = pack->manifest;
        config->pack_bytes = pack->manifest_bytes;
        config->store = &to->store;
    }
    return config->pack && config->pack_bytes >= MCUAI_HEADER_BYTES ? MCUAI_OK : MCUAI_ERROR_ARGUMENT;
}

mcuai_status mcuai_managed_attach(mcuai_managed_model *to, const mcuai_managed_pack *pack) {
    const mcuai_status status = mcuai_managed_locate(to, pack);
    if (status != MCUAI_OK)
        return status;
    mcuai_attach(&to->model);
    if (!pack->arena || pack->arena_bytes < to->model.arena_bytes)
        return MCUAI_ERROR_ARENA;
    return MCUAI_OK;
}

mcuai_status mcuai_managed_attach_weights(mcuai_managed_model *to, const mcuai_managed_pack *pack) {
    const mcuai_status status = mcuai_managed_attach(to, pack);
    if (status != MCUAI_OK || !to->model.config.store)
        return status;
    const uint32_t residency = MCUAI_RESIDENCY_SHARDS + MCUAI_RESIDENCY_FIELDS * (uint32_t)to->model.shard_count;
    const bool is_held = pack->residency ? pack->residency_count >= residency : pack->weights_bytes >= to->model.pack_bytes;
    return pack->weights && is_held ? MCUAI_OK : MCUAI_ERROR_ARGUMENT;
}
