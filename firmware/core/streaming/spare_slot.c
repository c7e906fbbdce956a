/* Which shard has to go: the one that is likely to be wanted last. Of shards in order that is
 * known. An expert is wanted, if at all, when its layer comes again, and after as many more tokens
 * as it was left out from one use to the next so far. */
#include "shard_table.h"

#define TOKEN 256u /* the time of a token */

/* Operators until the shard is wanted again; inside of its span, until the last one that wants it.
 */
static uint32_t operators_to(const mcuai_store *store, const mcuai_model *model,
                             const mcuai_shard_entry *entry) {
    const uint32_t now = store->now;
    if (entry->first <= now && now < entry->last)
        return entry->last - now;
    return entry->first > now ? entry->first - now : entry->first + model->operator_count - now;
}

static uint32_t next_use(const mcuai_store *store, const mcuai_model *model,
                         const mcuai_shard_entry *entry) {
    const uint32_t layer = TOKEN * operators_to(store, model, entry) / model->operator_count;
    const uint32_t uses = entry->uses ? entry->uses : 1;
    return entry->wanted & MCUAI_IN_ORDER ? layer : layer + TOKEN * store->rounds / uses;
}

/* Whether the shard has to stay for what is read: because it is held, or wanted earlier. */
static bool stays(const mcuai_store *store, const mcuai_model *model, const mcuai_slot_head *head,
                  bool is_urgent) {
    if (is_urgent)
        return (head->held & ~(uint32_t)MCUAI_HELD_AHEAD) != 0;
    const mcuai_shard_entry *entry = &mcuai_entries(store)[head->shard];
    return head->held || ((entry->wanted & MCUAI_IN_ORDER) &&
                          operators_to(store, model, entry) <= store->ahead + 1);
}

uint32_t mcuai_spare_slot(mcuai_store *store, const mcuai_model *model, const mcuai_slots *slots,
                          bool is_urgent) {
    mcuai_slot_head *best = NULL;
    uint32_t latest = 0;
    for (uint32_t i = 0; i < slots->count; i++) {
        mcuai_slot_head *head = mcuai_slot_at(store, slots, i);
        if (head->shard == MCUAI_NO_SHARD && head->held == 0) {
            best = head;
            break;
        }
        if (head->shard == MCUAI_NO_SHARD || stays(store, model, head, is_urgent))
            continue;
        /* What is held ahead goes last. */
        const uint32_t use =
            head->held ? 0 : next_use(store, model, &mcuai_entries(store)[head->shard]);
        if (!best || use > latest) {
            best = head;
            latest = use;
        }
    }
    if (!best)
        return 0;
    if (best->shard != MCUAI_NO_SHARD)
        mcuai_entries(store)[best->shard].place = 0;
    *best = (mcuai_slot_head){.shard = MCUAI_NO_SHARD};
    return (uint32_t)((uint8_t *)(best + 1) - (uint8_t *)store->config.cache);
}
