#include "program.h"

#include "crc32c.h"
#include "shards.h"

#include <string.h>

static bool aligned(const void *pointer) {
    return (uintptr_t)pointer % 16 == 0;
}

static uint8_t *arena(const mcuai_model *model) {
    return model->config.arena;
}

/* The bytes of a constant: in place where the pack is mapped, else in the store. */
static mcuai_status load(const mcuai_model *model, const mcuai_tensor_record *record, void **data) {
    mcuai_store *store = model->config.store;
    uint8_t *shard;
    mcuai_status status = MCUAI_OK;
    if (store)
        status = store->functions->bring(store, model, record->shard, &shard);
    else
        shard = (uint8_t *)(uintptr_t)model->config.pack +
                mcuai_shard_records(model)[record->shard].offset;
    if (status == MCUAI_OK)
        *data = shard + record->offset;
    return status;
}

/* Resolves the tensors of one operator record, whose tensor numbers were checked. */
static mcuai_status resolve(const mcuai_model *model, const mcuai_operator_record *record,
                            mcuai_node *node) {
    const uint32_t tensors = (uint32_t)record->input_count + record->output_count;
    node->opcode = record->opcode;
    node->layout = record->layout;
    node->input_count = record->input_count;
    node->output_count = record->output_count;
    node->parameter_count = record->parameter_count;
    node->parameters = (const void *)((const uint8_t *)record + mcuai_operator_head_bytes(record));
    node->scratch = arena(model) + record->scratch_offset;
    node->scratch_bytes = record->scratch_bytes;
    node->rows = UINT32_MAX;
    node->model = model;
    const mcuai_tensor_record *records = mcuai_tensor_records(model);
    uint8_t *const memory = arena(model);
    for (uint32_t i = 0; i < tensors; i++) {
        mcuai_tensor *to = &node->tensors[i];
        if (record->tensors[i] == MCUAI_NO_TENSOR) {
            to->data = NULL;
            continue;
        }
        const mcuai_tensor_record *tensor = &records[record->tensors[i]];
        mcuai_view(tensor, memory + tensor->offset, to);
        if (to->is_constant) {
            const mcuai_status status = load(model, tensor, &to->data);
            if (status != MCUAI_OK)
                return status;
        }
    }
    return MCUAI_OK;
}

/* The first operator that serves the node's opcode, layout and weights, which are input 1. */
static const mcuai_operator *find(const mcuai_model *model, mcuai_node *node) {
    const uint8_t weights =
        node->input_count > 1 && node->tensors[1].data ? node->tensors[1].type : 0;
    for (const mcuai_operator *const *p = model->config.operators; *p; p++) {
        const mcuai_operator *candidate = *p;
        if (candidate->opcode == node->opcode &&
            (candidate->layout == node->layout || candidate->layout == MCUAI_ANY_LAYOUT) &&
            (candidate->weights == weights || candidate->weights == MCUAI_ANY_WEIGHTS)) {
            node->kernels = candidate->kernels;
            return candidate;
        }
    }
    return NULL;
}

/* Whether a tensor that the operator writes lies outside of its scratch, where kernels keep
 * addresses. Both were checked to lie in the arena. */
static bool apart(const mcuai_operator_record *record, const mcuai_tensor_record *tensor) {
    return record->scratch_bytes == 0 ||
           record->scratch_offset + record->scratch_bytes <= tensor->offset ||
           tensor->offset + tensor->bytes <= record->scratch_offset;
}

static bool scratch_ok(const mcuai_model *model, const mcuai_operator_record *record) {
    return record->scratch_offset % 16 == 0 && record->scratch_offset <= model->arena_bytes &&
           record->scratch_bytes <= model->arena_bytes - record->scratch_offset;
}

/* Whether the record names tensors that exist, inputs may be absent, no output is a constant, and
 * outputs and states are no part of the scratch. */
static bool tensors_ok(const mcuai_model *model, const mcuai_operator_record *record) {
    const mcuai_tensor_record *records = mcuai_tensor_records(model);
    const uint32_t tensors = (uint32_t)record->input_count + record->output_count;
    if (!scratch_ok(model, record))
        return false;
    for (uint32_t i = 0; i < tensors; i++) {
        const uint32_t index = record->tensors[i];
        const bool is_input = i < record->input_count;
        if (index == MCUAI_NO_TENSOR && is_input)
            continue;
        if (index >= model->tensor_count)
            return false;
        const uint8_t place = records[index].place;
        if (!is_input && place == MCUAI_PLACE_SHARD)
            return false;
        if ((!is_input || place == MCUAI_PLACE_STATE) && !apart(record, &records[index]))
            return false;
    }
    return true;
}

/* Whether each operator's record lies inside the program and names tensors that exist. */
static mcuai_status check_records(const mcuai_model *model) {
    uint32_t offset = 0;
    for (uint32_t i = 0; i < model->operator_count; i++) {
        if (!mcuai_operator_is_whole(model, offset))
            return MCUAI_ERROR_MANIFEST;
        const mcuai_operator_record *record = mcuai_operator_record_at(model, offset);
        if (!tensors_ok(model, record))
            return MCUAI_ERROR_OPERATOR;
        offset += mcuai_operator_bytes(record);
    }
    return MCUAI_OK;
}

static void begin(const mcuai_model *model, uint32_t index) {
    mcuai_store *store = model->config.store;
    if (store)
        store->functions->begin(store, model, index);
}

mcuai_status mcuai_check_operator(const mcuai_model *model, uint32_t index, uint32_t offset) {
    mcuai_node node;
    begin(model, index);
    mcuai_status status = resolve(model, mcuai_operator_record_at(model, offset), &node);
    if (status != MCUAI_OK)
        return status;
    const mcuai_operator *implementation = find(model, &node);
    if (!implementation)
        return MCUAI_ERROR_UNKNOWN_OPERATOR;
    node.status = &status;
    if (!implementation->check(&node))
        return status == MCUAI_OK ? MCUAI_ERROR_OPERATOR : status;
    return MCUAI_OK;
}

static mcuai_status check_operators(const mcuai_model *model) {
    uint32_t offset = 0;
    for (uint32_t i = 0; i < model->operator_count; i++) {
        const mcuai_status status = mcuai_check_operator(model, i, offset);
        if (status != MCUAI_OK)
            return status;
        offset += mcuai_operator_bytes(mcuai_operator_record_at(model, offset));
    }
    return MCUAI_OK;
}

int32_t mcuai_arena_bytes(const void *pack, uint32_t pack_bytes) {
    const uint8_t *p = pack;
    if (!p)
        return MCUAI_ERROR_ARGUMENT;
    if (pack_bytes < MCUAI_HEADER_BYTES)
        return MCUAI_ERROR_TRUNCATED;
    if (mcuai_u32(p) != UINT32_C(0x314B5354))
        return MCUAI_ERROR_NOT_A_PACK;
    const uint32_t bytes = mcuai_u32(p + 20);
    return bytes > INT32_MAX ? MCUAI_ERROR_MANIFEST : (int32_t)bytes;
}

mcuai_status mcuai_check_manifest(mcuai_model *model) {
    mcuai_status status = mcuai_read_header(model);
    if (status == MCUAI_OK)
        status = mcuai_check_shards(model);
    if (status == MCUAI_OK)
        status = mcuai_check_tensors(model);
    if (status == MCUAI_OK)
        status = check_records(model);
    return status;
}

mcuai_status mcuai_open(mcuai_model *model, const mcuai_config *config) {
    if (!model || !config || !config->pack || !config->operators || !aligned(config->pack) ||
        !aligned(config->arena) || (config->store && !config->store->functions))
        return MCUAI_ERROR_ARGUMENT;
    memset(model, 0, sizeof *model);
    model->config = *config;
    mcuai_status status = mcuai_check_manifest(model);
    if (status == MCUAI_OK && (config->arena_bytes < model->arena_bytes || !config->arena))
        status = MCUAI_ERROR_ARENA;
    if (status == MCUAI_OK && config->store)
        status = config->store->functions->open(config->store, model);
    if (status == MCUAI_OK)
        status = check_operators(model);
    if (status == MCUAI_OK)
        mcuai_reset(model);
    else
        memset(model, 0, sizeof *model); /* a model that failed to open has no inputs to write to */
    return status;
}

mcuai_status mcuai_verify(const mcuai_model *model) {
    mcuai_store *store = model->config.store;
    for (uint32_t i = 0; i < model->shard_count; i++) {
        const mcuai_shard_record *shard = &mcuai_shard_records(model)[i];
        uint8_t *data = (uint8_t *)(uintptr_t)model->config.pack + shard->offset;
        if (store) { /* which compares what it reads */
            store->functions->begin(store, model, 0);
            const mcuai_status status = store->functions->bring(store, model, i, &data);
            if (status != MCUAI_OK)
                return status;
        } else if (mcuai_crc32c(0, data, shard->bytes) != shard->crc) {
            return MCUAI_ERROR_SHARD;
        }
    }
    return MCUAI_OK;
}

static void fill(void *data, const mcuai_tensor_record *record) {
    const uint32_t width = record->type == MCUAI_INT32 ? 4 : record->type == MCUAI_INT16 ? 2 : 1;
    uint8_t *p = data;
    for (uint32_t i = 0; i < record->bytes; i++)
        p[i] = (uint8_t)((uint32_t)record->zero_point >> (i % width * 8));
}

void mcuai_reset(const mcuai_model *model) {
    const mcuai_tensor_record *records = mcuai_tensor_records(model);
    for (uint32_t i = 0; i < model->tensor_count; i++)
        if (records[i].place == MCUAI_PLACE_STATE)
            fill(arena(model) + records[i].offset, &records[i]);
}

mcuai_status mcuai_invoke(const mcuai_model *model) {
    return mcuai_invoke_rows(model, UINT32_MAX);
}

static inline __attribute__((always_inline)) mcuai_status
run(const mcuai_model *model, uint32_t index, uint32_t offset, uint32_t rows, uint32_t *resume) {
    mcuai_node node;
    begin(model, index);
    mcuai_status status = resolve(model, mcuai_operator_record_at(model, offset), &node);
    if (status != MCUAI_OK)
        return status;
    if (model->config.store)
        model->config.store->functions->look_ahead(model->config.store, model, offset);
    node.rows = rows;
    node.resume = resume;
    node.status = &status;
    find(model, &node)->evaluate(&node);
    return status;
}

mcuai_status mcuai_run_operator(const mcuai_model *model, uint32_t index, uint32_t offset,
                                uint32_t rows, uint32_t *resume) {
    return run(model, index, offset, rows, resume);
}

mcuai_status mcuai_invoke_rows(const mcuai_model *model, uint32_t rows) {
    uint32_t offset = 0;
    if (rows == 0)
        return MCUAI_ERROR_ARGUMENT;
    for (uint32_t i = 0; i < model->operator_count; i++) {
        const mcuai_status status = run(model, i, offset, rows, NULL);
        if (status != MCUAI_OK)
            return status;
        if (model->config.trace)
            model->config.trace(model->config.trace_context, i);
        offset += mcuai_operator_bytes(mcuai_operator_record_at(model, offset));
    }
    return MCUAI_OK;
}

static mcuai_tensor port(const mcuai_model *model, const uint8_t *list, uint32_t count,
                         uint32_t index) {
    mcuai_tensor tensor = {.data = NULL};
    if (index < count) {
        const mcuai_tensor_record *record =
            &mcuai_tensor_records(model)[mcuai_u16(list + 2 * index)];
        mcuai_view(record, arena(model) + record->offset, &tensor);
    }
    return tensor;
}

mcuai_tensor mcuai_input(const mcuai_model *model, uint32_t index) {
    return port(model, model->inputs, model->input_count, index);
}

mcuai_tensor mcuai_output(const mcuai_model *model, uint32_t index) {
    return port(model, model->outputs, model->output_count, index);
}
