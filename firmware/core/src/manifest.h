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

typedef struct {
    uint8_t type, rank, place;
    int32_t dims[MCUAI_MAX_RANK];
    uint32_t offset, bytes;
    uint16_t shard;
    int32_t zero_point;
} mcuai_tensor_record;

typedef struct {
    uint32_t offset, bytes, crc;
} mcuai_shard_record;

/* The words of one operator record, still pointing into the manifest. */
typedef struct {
    uint16_t opcode;
    uint8_t layout, input_count, output_count, parameter_count;
    uint32_t scratch_offset, scratch_bytes;
    const uint8_t *tensors; /* u16 each */
    const int32_t *parameters;
} mcuai_operator_record;

/* Fills the model's tables from the pack's header, after checking magic, version, checksum and every table's bounds. */
mcuai_status mcuai_read_header(mcuai_model *model);

mcuai_tensor_record mcuai_tensor_record_at(const mcuai_model *model, uint32_t index);
mcuai_shard_record mcuai_shard_record_at(const mcuai_model *model, uint32_t index);

/* Reads the record at *cursor (0 at first) and moves the cursor behind it. False where the record is not whole. */
bool mcuai_next_operator(const mcuai_model *model, uint32_t *cursor, mcuai_operator_record *record);

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
