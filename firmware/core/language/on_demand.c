/* Constants that an operator asks for when it knows which: experts, and pieces of an embedding. */
#include "../src/manifest.h"
#include "../src/shards.h"

static const mcuai_tensor_record *constant_record(const mcuai_model *model, uint32_t tensor) {
    const mcuai_tensor_record *records = mcuai_tensor_records(model);
    return tensor < model->tensor_count && records[tensor].place == MCUAI_PLACE_SHARD
               ? &records[tensor]
               : NULL;
}

bool mcuai_constant_shape(const mcuai_node *node, uint32_t tensor, mcuai_tensor *out) {
    const mcuai_tensor_record *record = constant_record(node->model, tensor);
    if (record)
        mcuai_view(record, NULL, out);
    return record != NULL;
}

mcuai_status mcuai_constant(const mcuai_node *node, uint32_t tensor, mcuai_tensor *out) {
    const mcuai_model *model = node->model;
    const mcuai_tensor_record *record = constant_record(model, tensor);
    mcuai_store *store = model->config.store;
    if (!record)
        return MCUAI_ERROR_OPERATOR;
    uint8_t *shard =
        (uint8_t *)(uintptr_t)model->config.pack + mcuai_shard_records(model)[record->shard].offset;
    if (store) {
        const mcuai_status status = store->functions->demand(store, model, record->shard, &shard);
        if (status != MCUAI_OK)
            return status;
    }
    mcuai_view(record, shard + record->offset, out);
    return MCUAI_OK;
}

void mcuai_forget(const mcuai_node *node) {
    mcuai_store *store = node->model->config.store;
    if (store)
        store->functions->forget(store);
}

void mcuai_expect(const mcuai_node *node, uint32_t tensor) {
    mcuai_store *store = node->model->config.store;
    const mcuai_tensor_record *record = constant_record(node->model, tensor);
    if (store)
        store->functions->expect(store, node->model, record ? record->shard : UINT32_MAX);
}
