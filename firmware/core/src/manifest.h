/* The manifest's tables: where a pack's bytes become records. */
#ifndef MCUAI_MANIFEST_H
#define MCUAI_MANIFEST_H

#include "operator.h"

enum {
    MCUAI_PACK_VERSION = 1,
    MCUAI_HEADER_BYTES = 72,
    MCUAI_TENSOR_BYTES = 44,
    MCUAI_OPERATOR_BYTES = 16,
    MCUAI_SHARD_BYTES = 48,
    MCUAI_SHARD_ALIGNMENT = 4096,
};

enum { MCUAI_PLACE_ARENA = 0, MCUAI_PLACE_SHARD = 1, MCUAI_PLACE_STATE = 2 };

/* Records as they lie in the manifest, which is 4-byte aligned and little-endian like every CPU that the core runs on.
 * They are read in place: decoding them would cost more than small operators do. */
typedef struct {
    uint8_t type, rank, place, zero;
    int32_t dims[MCUAI_MAX_RANK];
    uint32_t offset, bytes;
    uint16_t shard, view_of;
    uint32_t scale; /* bits of a float, which the core does not touch */
    int32_t zero_point;
    uint32_t reserved;
} mcuai_tensor_record;

typedef struct {
    uint16_t opcode;
    uint8_t layout, input_count, output_count, parameter_count;
    uint16_t zero;
    uint32_t scratch_offset, scratch_bytes;
    uint16_t tensors[]; /* padded to 4 bytes, then the parameters */
} mcuai_operator_record;

typedef struct {
    uint32_t offset, bytes, crc, zero;
    uint8_t sha256[32];
} mcuai_shard_record;

/* Refuses to compile where the structs are not laid out like the records. */
typedef char mcuai_records_fit[sizeof(mcuai_tensor_record) == MCUAI_TENSOR_BYTES &&
                                       sizeof(mcuai_operator_record) == MCUAI_OPERATOR_BYTES &&
                                       sizeof(mcuai_shard_record) == MCUAI_SHARD_BYTES
                                   ? 1
                                   : -1];

/* Fills the model's tables from the pack's header, after checking magic, version, checksum and every table's bounds. */
mcuai_status mcuai_read_header(mcuai_model *model);

static inline const mcuai_tensor_record *mcuai_tensor_records(const mcuai_model *model) {
    return (const void *)model->tensors;
}

/* A record's tensor as operators see it, with its elements at `data`. */
static inline void mcuai_view(const mcuai_tensor_record *record, void *data,
                              mcuai_tensor *tensor) {
    tensor->data = data;
    tensor->bytes = record->bytes;
    __builtin_memcpy(tensor->dims, record->dims, sizeof tensor->dims);
    tensor->zero_point = record->zero_point;
    tensor->type = record->type;
    tensor->rank = record->rank;
    tensor->is_constant = record->place == MCUAI_PLACE_SHARD;
}

static inline const mcuai_shard_record *mcuai_shard_records(const mcuai_model *model) {
    return (const void *)model->shards;
}

static inline const mcuai_operator_record *mcuai_operator_record_at(const mcuai_model *model,
                                                                    uint32_t offset) {
    return (const void *)(model->operators + offset);
}

/* Bytes of a record before its parameters, and of the whole record. */
static inline uint32_t mcuai_operator_head_bytes(const mcuai_operator_record *record) {
    const uint32_t tensors = (uint32_t)record->input_count + record->output_count;
    return MCUAI_OPERATOR_BYTES + (tensors + 1) / 2 * 4;
}

static inline uint32_t mcuai_operator_bytes(const mcuai_operator_record *record) {
    return mcuai_operator_head_bytes(record) + 4u * record->parameter_count;
}

/* Whether the record at this offset of the program lies whole inside it. */
bool mcuai_operator_is_whole(const mcuai_model *model, uint32_t offset);

/* Whether every tensor record and every shard record is sound by itself. */
mcuai_status mcuai_check_tensors(const mcuai_model *model);
mcuai_status mcuai_check_shards(const mcuai_model *model);

static inline uint16_t mcuai_u16(const uint8_t *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t mcuai_u32(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

#endif
