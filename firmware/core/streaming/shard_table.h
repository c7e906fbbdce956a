/* What a store knows of each shard and slot. The table of shards lies at the beginning of the
 * cache; behind it the shards that stay for good, then the slots of those in order and of those on
 * demand, each behind a head. */
#ifndef MCUAI_SHARD_TABLE_H
#define MCUAI_SHARD_TABLE_H

#include "../src/manifest.h"
#include "../src/shards.h"

#define MCUAI_NO_SHARD UINT32_MAX

/* Who wants a shard. */
enum { MCUAI_IN_ORDER = 1, MCUAI_ON_DEMAND = 2 };

typedef struct {
    uint32_t place;       /* offset of its bytes in the cache; 0: they are not there */
    uint16_t first, last; /* operators that have it as an input, or the one that demands it */
    uint8_t wanted;       /* MCUAI_IN_ORDER, MCUAI_ON_DEMAND or both */
    uint8_t uses;         /* by operators that demand it, aged */
    uint16_t zero;
} mcuai_shard_entry;

/* Why a slot's shard has to stay. */
enum { MCUAI_HELD_BY_OPERATOR = 1, MCUAI_HELD_ON_DEMAND = 2, MCUAI_HELD_AHEAD = 4 };

typedef struct {
    uint32_t shard; /* or MCUAI_NO_SHARD */
    uint32_t held;
    uint32_t zero[2];
} mcuai_slot_head;

typedef char
    mcuai_heads_fit[sizeof(mcuai_slot_head) == 16 && sizeof(mcuai_shard_entry) == 12 ? 1 : -1];

static inline uint8_t *mcuai_cache_at(const mcuai_store *store, uint32_t offset) {
    return (uint8_t *)store->config.cache + offset;
}

static inline mcuai_shard_entry *mcuai_entries(const mcuai_store *store) {
    return store->config.cache;
}

static inline mcuai_slot_head *mcuai_slot_at(const mcuai_store *store, const mcuai_slots *slots,
                                             uint32_t index) {
    return (void *)mcuai_cache_at(store, slots->offset + index * slots->stride);
}

/* The head of the slot at this place; null where it holds a shard for good. */
static inline mcuai_slot_head *mcuai_head_of(const mcuai_store *store, uint32_t place) {
    return place > store->in_order.offset ? (void *)mcuai_cache_at(store, place - 16) : NULL;
}

static inline mcuai_slots *mcuai_slots_for(mcuai_store *store, const mcuai_shard_entry *entry) {
    return entry->wanted & MCUAI_IN_ORDER ? &store->in_order : &store->on_demand;
}

/* Constants that an operator demands: groups of `size` tensors, of which it uses one group at a
 * time. */
typedef struct {
    uint32_t first, groups, size;
} mcuai_demands;

/* Groups are 0 where the operator demands none. Refuses numbers without a constant. */
mcuai_status mcuai_demands_of(const mcuai_model *model, const mcuai_operator_record *record,
                              mcuai_demands *demands);

/* Fills the table of shards and divides the cache. */
mcuai_status mcuai_divide_cache(mcuai_store *store, const mcuai_model *model);

/* Reads a shard to its place in the cache and compares its checksum; once again where that fails.
 */
mcuai_status mcuai_read_shard(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                              uint32_t place);

/* Starts reading a shard to a slot that can be spared, if there is one. */
void mcuai_start_shard(mcuai_store *store, const mcuai_model *model, uint32_t shard);

/* Waits for the shard that was started, if there is one; reads it again where it failed. */
mcuai_status mcuai_finish_shard(mcuai_store *store, const mcuai_model *model, int *waited);

/* The offset of a slot's bytes for a shard; what was there is forgotten. 0 if none can be spared.
 */
uint32_t mcuai_spare_slot(mcuai_store *store, const mcuai_model *model, const mcuai_slots *slots,
                          bool is_urgent);

/* Starts reading what the operators ahead want and what is not there. */
void mcuai_read_ahead(mcuai_store *store, const mcuai_model *model);

/* CRC-32C of whole shards, which lie at multiples of 16; faster than mcuai_crc32c by tables of 4
 * KiB. */
uint32_t mcuai_crc32c_of(const void *data, uint32_t bytes);

#endif
