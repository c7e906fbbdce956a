#include "shard_table.h"

/* Whether the shards of the operator at `offset` are there; else one of them is being read, or
 * there is no slot for it. */
static bool has_shards(mcuai_store *store, const mcuai_model *model, uint32_t offset) {
    const mcuai_operator_record *record = mcuai_operator_record_at(model, offset);
    const mcuai_tensor_record *tensors = mcuai_tensor_records(model);
    for (uint32_t k = 0; k < record->input_count; k++) {
        const uint32_t tensor = record->tensors[k];
        if (tensor == MCUAI_NO_TENSOR || tensors[tensor].place != MCUAI_PLACE_SHARD)
            continue;
        const uint32_t shard = tensors[tensor].shard, place = mcuai_entries(store)[shard].place;
        if (place == 0) {
            mcuai_start_shard(store, model, shard);
            return false;
        }
        mcuai_slot_head *head = mcuai_head_of(store, place);
        if (head)
            head->held |= MCUAI_HELD_AHEAD;
    }
    return true;
}

void mcuai_read_ahead(mcuai_store *store, const mcuai_model *model) {
    if (!store->config.start || store->in_order.count == 0)
        return;
    while (store->reading == MCUAI_NO_SHARD && store->ahead + 1 < model->operator_count &&
           has_shards(store, model, store->ahead_offset)) {
        store->ahead++;
        store->ahead_offset +=
            mcuai_operator_bytes(mcuai_operator_record_at(model, store->ahead_offset));
        if ((store->now + 1 + store->ahead) % model->operator_count == 0)
            store->ahead_offset = 0;
    }
}
