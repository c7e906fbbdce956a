/* Which shard has to go: the one that is likely to be wanted last. Of shards in order that is
 * known. An expert is wanted, if at all, when its layer comes again, and after as many more tokens
 * as it was left out from one use to the next so far. */
#include "shard_table.h"

#define TOKEN 256u /* the time of a token */

/* Time until the operator comes, at most a token. */
static uint32_t distance(uint32_t operator, uint32_t now, uint32_t count) {
    const uint32_t operators = operator> now ? operator- now : operator+ count - now;
    return TOKEN * operators / count;
}

static uint32_t next_use(const mcuai_store *store, const mcuai_model *model,
                         const mcuai_shard_entry *entry) {
    if (entry->wanted & MCUAI_IN_ORDER) /* between its operators it is wanted at once */
        return entry->first <= store->now && store->now < entry->last
                   ? 0
                   : distance(entry->first, store->now, model->operator_count);
    const uint32_t uses = entry->uses ? entry->uses : 1;
    return distance(entry->first, store->now, model->operator_count) + TOKEN * store->rounds / uses;
}

uint32_t mcuai_spare_slot(mcuai_store *store, const mcuai_model *model, const mcuai_slots *slots,
                          bool is_urgent) {
    mcuai_slot_head *best = NULL;
    uint32_t latest = 0;
    for (uint32_t i = 0; i < slots->count; i++) {
        mcuai_slot_head *head = mcuai_slot_at(store, slots, i);
        const uint32_t held = is_urgent ? head->held & ~(uint32_t)MCUAI_HELD_AHEAD : head->held;
        if (held)
            continue;
        if (head->shard == MCUAI_NO_SHARD) {
            best = head;
            break;
        }
        /* What is held ahead goes last. */
        const uint32_t use =
            head->held ? 0 : next_use(store, model, &mcuai_entries(store)[head->shard]);
        if (use == 0 && !is_urgent)
            continue;
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
