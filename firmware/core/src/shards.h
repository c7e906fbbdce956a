/* How operators get at shards that are not in memory. The functions are reached through the store,
 * so that images whose packs are mapped hold none of them. */
#ifndef MCUAI_SHARDS_H
#define MCUAI_SHARDS_H

#include <mcuai/store.h>

struct mcuai_store_functions {
    /* Divides the cache for a model whose records were checked one by one, and reads what it holds
     * for good. */
    mcuai_status (*open)(mcuai_store *store, const mcuai_model *model);
    /* Operator `index` begins: shards of the one before are no longer held. */
    void (*begin)(mcuai_store *store, const mcuai_model *model, uint32_t index);
    /* Brings a shard to memory, and holds it until the next operator. */
    mcuai_status (*bring)(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                          uint8_t **data);
    /* The same for a shard on demand, until forget. */
    mcuai_status (*demand)(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                           uint8_t **data);
    void (*forget)(mcuai_store *store);
    /* The shard will be demanded next, or none for UINT32_MAX; it may be read meanwhile. */
    void (*expect)(mcuai_store *store, const mcuai_model *model, uint32_t shard);
    /* The operator at `offset` of the program has all its shards: the next ones may be read. */
    void (*look_ahead)(mcuai_store *store, const mcuai_model *model, uint32_t offset);
};

#endif
