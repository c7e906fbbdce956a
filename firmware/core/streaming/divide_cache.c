/* How the cache is divided. Every shard in order is read once for each token, so each byte that one
 * of them takes for good saves a byte a token, more than experts save, which tokens use now and
 * then. So slots come first that operators cannot do without, then one to read ahead, then shards
 * in order stay for good from the first operator on, and what is left gives slots to experts. */
#include "shard_table.h"

typedef struct {
    uint64_t table;                     /* bytes of the table of shards */
    uint64_t in_order_bytes;            /* of all shards in order */
    uint32_t in_order, on_demand;       /* the largest shard of each kind */
    uint32_t demanded;                  /* number of shards on demand */
    uint32_t least_order, least_demand; /* slots that an operator needs at once */
} plan;

static uint32_t rounded(uint32_t bytes) {
    return bytes > UINT32_MAX - 31 ? UINT32_MAX - 15 : (bytes + 15) / 16 * 16;
}

static uint32_t bounded(uint64_t bytes) {
    return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

static uint64_t slot(uint32_t bytes) {
    return sizeof(mcuai_slot_head) + (uint64_t)bytes;
}

static void use(mcuai_shard_entry *entry, uint8_t wanted, uint32_t operator) {
    if (wanted == MCUAI_IN_ORDER && !(entry->wanted & MCUAI_IN_ORDER))
        entry->first = (uint16_t) operator;
    if (wanted == MCUAI_IN_ORDER)
        entry->last = (uint16_t) operator;
    else if (!entry->wanted)
        entry->first = entry->last = (uint16_t) operator;
    entry->wanted |= wanted;
}

/* Who wants which shard. */
static mcuai_status fill_table(const mcuai_store *store, const mcuai_model *model) {
    mcuai_shard_entry *entries = mcuai_entries(store);
    const mcuai_tensor_record *tensors = mcuai_tensor_records(model);
    for (uint32_t i = 0; i < model->shard_count; i++)
        entries[i] = (mcuai_shard_entry){.place = 0};
    for (uint32_t i = 0, offset = 0; i < model->operator_count; i++) {
        const mcuai_operator_record *record = mcuai_operator_record_at(model, offset);
        for (uint32_t k = 0; k < record->input_count; k++)
            if (record->tensors[k] != MCUAI_NO_TENSOR &&
                tensors[record->tensors[k]].place == MCUAI_PLACE_SHARD)
                use(&entries[tensors[record->tensors[k]].shard], MCUAI_IN_ORDER, i);
        mcuai_demands demands;
        const mcuai_status status = mcuai_demands_of(model, record, &demands);
        if (status != MCUAI_OK)
            return status;
        for (uint32_t k = 0; k < demands.groups * demands.size; k++)
            use(&entries[tensors[demands.first + k].shard], MCUAI_ON_DEMAND, i);
        offset += mcuai_operator_bytes(record);
    }
    for (uint32_t i = 0; i < model->shard_count; i++)
        if (!entries[i].wanted) /* only ever verified */
            use(&entries[i], MCUAI_IN_ORDER, 0);
    return MCUAI_OK;
}

/* Adds a shard to the list of distinct ones. */
static uint32_t add(uint32_t *list, uint32_t count, uint32_t shard) {
    for (uint32_t i = 0; i < count; i++)
        if (list[i] == shard)
            return count;
    list[count] = shard;
    return count + 1;
}

/* Slots of both kinds that an operator with these shards needs. */
static void count_needs(const mcuai_store *store, const uint32_t *shards, uint32_t count, plan *p) {
    uint32_t order = 0;
    for (uint32_t i = 0; i < count; i++)
        order += (mcuai_entries(store)[shards[i]].wanted & MCUAI_IN_ORDER) != 0;
    p->least_order = order > p->least_order ? order : p->least_order;
    p->least_demand = count - order > p->least_demand ? count - order : p->least_demand;
}

static void count_operators(const mcuai_store *store, const mcuai_model *model, plan *p) {
    const mcuai_tensor_record *tensors = mcuai_tensor_records(model);
    for (uint32_t i = 0, offset = 0; i < model->operator_count; i++) {
        const mcuai_operator_record *record = mcuai_operator_record_at(model, offset);
        uint32_t shards[MCUAI_MAX_OPERATOR_TENSORS + 3], inputs = 0;
        for (uint32_t k = 0; k < record->input_count; k++)
            if (record->tensors[k] != MCUAI_NO_TENSOR &&
                tensors[record->tensors[k]].place == MCUAI_PLACE_SHARD)
                inputs = add(shards, inputs, tensors[record->tensors[k]].shard);
        count_needs(store, shards, inputs, p);
        mcuai_demands demands;
        mcuai_demands_of(model, record, &demands);
        for (uint32_t group = 0; group < demands.groups; group++) {
            uint32_t count = inputs;
            for (uint32_t k = 0; k < demands.size; k++)
                count = add(shards, count, tensors[demands.first + group * demands.size + k].shard);
            count_needs(store, shards, count, p);
        }
        offset += mcuai_operator_bytes(record);
    }
}

static void count_shards(const mcuai_store *store, const mcuai_model *model, plan *p) {
    for (uint32_t i = 0; i < model->shard_count; i++) {
        const bool in_order = (mcuai_entries(store)[i].wanted & MCUAI_IN_ORDER) != 0;
        const uint32_t bytes = rounded(mcuai_shard_records(model)[i].bytes);
        uint32_t *largest = in_order ? &p->in_order : &p->on_demand;
        *largest = bytes > *largest ? bytes : *largest;
        p->in_order_bytes += in_order ? bytes : 0;
        p->demanded += !in_order;
        if (in_order && p->least_order == 0)
            p->least_order = 1; /* to verify it */
    }
}

static void set_sizes(mcuai_store *store, const plan *p) {
    const uint64_t demand = p->least_demand * slot(p->on_demand);
    const uint64_t in_order = p->table + p->in_order_bytes + demand;
    const uint64_t least = p->table + p->least_order * slot(p->in_order) + demand;
    const uint64_t overlapped = least + slot(p->in_order);
    store->sizes = (mcuai_store_sizes){
        .least = bounded(least < in_order ? least : in_order),
        .overlapped = bounded(overlapped < in_order ? overlapped : in_order),
        .in_order = bounded(in_order),
        .whole = bounded(in_order - demand + p->demanded * slot(p->on_demand)),
    };
}

/* Where places for good end, and the bytes that are left behind. */
typedef struct {
    uint32_t end;
    uint64_t room;
} places;

/* Gives a shard a place for good if it has none, and if there is room. */
static void pin(const mcuai_store *store, const mcuai_model *model, uint32_t shard, places *p) {
    mcuai_shard_entry *entry = &mcuai_entries(store)[shard];
    const uint32_t bytes = rounded(mcuai_shard_records(model)[shard].bytes);
    if (entry->place || bytes > p->room)
        return;
    entry->place = p->end;
    p->end += bytes;
    p->room -= bytes;
}

/* The operators' shards, the first ones first. */
static void pin_inputs(const mcuai_store *store, const mcuai_model *model, places *p) {
    const mcuai_tensor_record *tensors = mcuai_tensor_records(model);
    for (uint32_t i = 0, offset = 0; i < model->operator_count; i++) {
        const mcuai_operator_record *record = mcuai_operator_record_at(model, offset);
        for (uint32_t k = 0; k < record->input_count; k++)
            if (record->tensors[k] != MCUAI_NO_TENSOR &&
                tensors[record->tensors[k]].place == MCUAI_PLACE_SHARD)
                pin(store, model, tensors[record->tensors[k]].shard, p);
        offset += mcuai_operator_bytes(record);
    }
}

/* Without slots in order, shards that no operator wants have no other place to be verified in. */
static void pin_unused(const mcuai_store *store, const mcuai_model *model, places *p) {
    for (uint32_t i = 0; i < model->shard_count; i++)
        if (mcuai_entries(store)[i].wanted & MCUAI_IN_ORDER)
            pin(store, model, i, p);
}

static uint32_t place_slots(const mcuai_store *store, mcuai_slots *slots, uint32_t offset) {
    slots->offset = offset;
    for (uint32_t i = 0; i < slots->count; i++)
        *mcuai_slot_at(store, slots, i) = (mcuai_slot_head){.shard = MCUAI_NO_SHARD};
    return offset + slots->count * slots->stride;
}

mcuai_status mcuai_divide_cache(mcuai_store *store, const mcuai_model *model) {
    plan p = {.table = ((uint64_t)model->shard_count * sizeof(mcuai_shard_entry) + 15) / 16 * 16};
    const uint64_t cache = store->config.cache_bytes;
    store->sizes = (mcuai_store_sizes){.least = model->cache_bytes};
    if (model->operator_count == 0) /* then nothing has an order, and there is nothing to stream */
        return MCUAI_ERROR_MANIFEST;
    if (cache < p.table)
        return MCUAI_ERROR_CACHE;
    const mcuai_status status = fill_table(store, model);
    if (status != MCUAI_OK)
        return status;
    count_operators(store, model, &p);
    count_shards(store, model, &p);
    set_sizes(store, &p);
    if (cache < store->sizes.least)
        return MCUAI_ERROR_CACHE;

    store->in_order.stride = (uint32_t)slot(p.in_order);
    store->on_demand.stride = (uint32_t)slot(p.on_demand);
    places pinned = {(uint32_t)p.table, cache - p.table - p.least_demand * slot(p.on_demand)};
    store->in_order.count = 0;
    if (cache < store->sizes.in_order) {
        const bool overlaps = store->config.start && cache >= store->sizes.overlapped;
        store->in_order.count = p.least_order + overlaps;
        pinned.room -= store->in_order.count * slot(p.in_order);
    }
    pin_inputs(store, model, &pinned);
    if (store->in_order.count == 0)
        pin_unused(store, model, &pinned);
    const uint64_t more = pinned.room / slot(p.on_demand), most = p.demanded - p.least_demand;
    store->on_demand.count = p.least_demand + (uint32_t)(more < most ? more : most);
    place_slots(store, &store->on_demand, place_slots(store, &store->in_order, pinned.end));
    return MCUAI_OK;
}
