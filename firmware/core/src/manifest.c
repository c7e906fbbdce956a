#include "program.h"

#include "crc32c.h"

static bool inside(uint32_t offset, uint64_t bytes, uint32_t limit) {
    return offset <= limit && bytes <= limit - offset;
}

static bool table_ok(uint32_t offset, uint64_t bytes, uint32_t manifest_bytes) {
    return offset % 4 == 0 && offset >= MCUAI_HEADER_BYTES && inside(offset, bytes, manifest_bytes);
}

static bool checksum_ok(const uint8_t *pack, uint32_t manifest_bytes) {
    static const uint8_t zero[4];
    uint32_t crc = mcuai_crc32c(0, pack, 12);
    crc = mcuai_crc32c(crc, zero, 4);
    crc = mcuai_crc32c(crc, pack + 16, manifest_bytes - 16);
    return crc == mcuai_u32(pack + 12);
}

void mcuai_attach(mcuai_model *model) {
    const uint8_t *pack = model->config.pack;
    model->pack_bytes = mcuai_u32(pack + 16);
    model->arena_bytes = mcuai_u32(pack + 20);
    model->cache_bytes = mcuai_u32(pack + 24);
    model->tensor_count = mcuai_u16(pack + 28);
    model->operator_count = mcuai_u16(pack + 30);
    model->input_count = mcuai_u16(pack + 32);
    model->output_count = mcuai_u16(pack + 34);
    model->shard_count = mcuai_u16(pack + 36);
    model->operators_bytes = mcuai_u32(pack + 52);
    model->inputs = pack + mcuai_u32(pack + 40);
    model->outputs = model->inputs + 2 * model->input_count;
    model->tensors = pack + mcuai_u32(pack + 44);
    model->operators = pack + mcuai_u32(pack + 48);
    model->shards = pack + mcuai_u32(pack + 56);
}

mcuai_status mcuai_read_header(mcuai_model *model) {
    const uint8_t *pack = model->config.pack;
    const uint32_t available = model->config.pack_bytes;
    if (available < MCUAI_HEADER_BYTES)
        return MCUAI_ERROR_TRUNCATED;
    if (mcuai_u32(pack) != UINT32_C(0x314B5354)) /* "TSK1" */
        return MCUAI_ERROR_NOT_A_PACK;
    if (mcuai_u16(pack + 4) > MCUAI_PACK_VERSION)
        return MCUAI_ERROR_VERSION;
    const uint32_t manifest_bytes = mcuai_u32(pack + 8);
    const uint32_t pack_bytes = mcuai_u32(pack + 16);
    if (mcuai_u16(pack + 6) != MCUAI_HEADER_BYTES || manifest_bytes < MCUAI_HEADER_BYTES ||
        manifest_bytes % 4 != 0 || manifest_bytes > pack_bytes)
        return MCUAI_ERROR_MANIFEST;
    if (manifest_bytes > available || (!model->config.store && pack_bytes > available))
        return MCUAI_ERROR_TRUNCATED;
    if (!checksum_ok(pack, manifest_bytes))
        return MCUAI_ERROR_MANIFEST;

    mcuai_attach(model);
    const uint64_t ports = (uint64_t)2 * model->input_count + (uint64_t)2 * model->output_count;
    if (!table_ok(mcuai_u32(pack + 40), ports, manifest_bytes) ||
        !table_ok(mcuai_u32(pack + 44), (uint64_t)MCUAI_TENSOR_BYTES * model->tensor_count,
                  manifest_bytes) ||
        !table_ok(mcuai_u32(pack + 48), model->operators_bytes, manifest_bytes) ||
        !table_ok(mcuai_u32(pack + 56), (uint64_t)MCUAI_SHARD_BYTES * model->shard_count,
                  manifest_bytes) ||
        !table_ok(mcuai_u32(pack + 60), mcuai_u32(pack + 64), manifest_bytes))
        return MCUAI_ERROR_MANIFEST;
    return MCUAI_OK;
}

bool mcuai_operator_is_whole(const mcuai_model *model, uint32_t offset) {
    const uint32_t left = model->operators_bytes - offset;
    if (left < MCUAI_OPERATOR_BYTES)
        return false;
    const mcuai_operator_record *record = mcuai_operator_record_at(model, offset);
    return record->input_count + record->output_count <= MCUAI_MAX_OPERATOR_TENSORS &&
           record->output_count > 0 && mcuai_operator_bytes(record) <= left;
}

/* Bits of an element; 0 for an unknown type. */
static uint32_t element_bits(uint8_t type) {
    static const uint8_t bits[] = {
        [MCUAI_INT8] = 8, [MCUAI_INT16] = 16, [MCUAI_INT32] = 32,
        [MCUAI_INT4] = 4, [MCUAI_INT2] = 2,   [MCUAI_UINT8] = 8,
    };
    return type < sizeof bits ? bits[type] : 0;
}

/* Product of the dims, or 0 if one is not positive or the product leaves 2^30. */
static uint32_t checked_elements(const mcuai_tensor_record *record) {
    uint64_t product = 1;
    for (int i = 0; i < MCUAI_MAX_RANK; i++) {
        if (record->dims[i] <= 0)
            return 0;
        product *= (uint32_t)record->dims[i];
        if (product > UINT32_C(1) << 30)
            return 0;
    }
    return (uint32_t)product;
}

static bool tensor_ok(const mcuai_model *model, const mcuai_tensor_record *record) {
    const uint32_t bits = element_bits(record->type);
    const uint64_t bytes = ((uint64_t)checked_elements(record) * bits + 7) / 8;
    if (bytes == 0 || record->rank > MCUAI_MAX_RANK)
        return false;
    if (record->place == MCUAI_PLACE_SHARD) /* layouts pad, so a constant may have more */
        return record->shard < model->shard_count && record->offset % 16 == 0 &&
               record->bytes >= bytes &&
               inside(record->offset, record->bytes,
                      mcuai_shard_records(model)[record->shard].bytes);
    return (record->place == MCUAI_PLACE_ARENA || record->place == MCUAI_PLACE_STATE) &&
           bits >= 8 && record->offset % 4 == 0 && record->bytes == bytes &&
           inside(record->offset, record->bytes, model->arena_bytes);
}

mcuai_status mcuai_check_tensors(const mcuai_model *model) {
    const mcuai_tensor_record *records = mcuai_tensor_records(model);
    for (uint32_t i = 0; i < model->tensor_count; i++)
        if (!tensor_ok(model, &records[i]))
            return MCUAI_ERROR_TENSOR;
    for (uint32_t i = 0; i < (uint32_t)model->input_count + model->output_count; i++) {
        const uint32_t index = mcuai_u16(model->inputs + 2 * i);
        if (index >= model->tensor_count || records[index].place != MCUAI_PLACE_ARENA)
            return MCUAI_ERROR_TENSOR;
    }
    return MCUAI_OK;
}

mcuai_status mcuai_check_shards(const mcuai_model *model) {
    const mcuai_shard_record *records = mcuai_shard_records(model);
    uint32_t end = 0;
    for (uint32_t i = 0; i < model->shard_count; i++) {
        if (records[i].offset % MCUAI_SHARD_ALIGNMENT != 0 || records[i].offset < end ||
            !inside(records[i].offset, records[i].bytes, model->pack_bytes))
            return MCUAI_ERROR_MANIFEST;
        end = records[i].offset + records[i].bytes; /* no overlap: verifying reads each byte once */
    }
    return MCUAI_OK;
}
