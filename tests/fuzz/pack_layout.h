/* A view of a pack's tables for the fuzz target, written from docs/pack-format.md and not from the
 * core: what the core makes of a pack is bounded and compared by code that shares nothing with it.
 */
#ifndef MCUAI_FUZZ_PACK_LAYOUT_H
#define MCUAI_FUZZ_PACK_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEADER_BYTES = 72, TENSOR_BYTES = 44, OPERATOR_BYTES = 16, SHARD_BYTES = 48 };

/* Offsets of header fields. */
enum {
    MANIFEST_BYTES_FIELD = 8,
    MANIFEST_CRC_FIELD = 12,
    PACK_BYTES_FIELD = 16,
    ARENA_BYTES_FIELD = 20,
    CACHE_BYTES_FIELD = 24,
    TENSOR_COUNT_FIELD = 28,
    OPERATOR_COUNT_FIELD = 30,
    INPUT_COUNT_FIELD = 32,
    OUTPUT_COUNT_FIELD = 34,
    SHARD_COUNT_FIELD = 36,
    PORTS_FIELD = 40,
    TENSORS_FIELD = 44,
    OPERATORS_FIELD = 48,
    OPERATORS_BYTES_FIELD = 52,
    SHARDS_FIELD = 56,
};

uint32_t get16(const uint8_t *p);
uint32_t get32(const uint8_t *p);
void put16(uint8_t *p, uint32_t value);
void put32(uint8_t *p, uint32_t value);

/* Offset of record `index` of a table, 0 where it does not lie inside `size` bytes. */
size_t tensor_at(const uint8_t *pack, size_t size, uint32_t index);
size_t shard_at(const uint8_t *pack, size_t size, uint32_t index);
/* The same for operators, whose records differ in length: `index` records are walked. */
size_t operator_at(const uint8_t *pack, size_t size, uint32_t index);

/* Offsets within the file of an operator's tensor numbers and parameters; the record lies inside
 * the file. */
size_t operator_tensors(size_t record);
size_t operator_parameters(const uint8_t *pack, size_t record);

/* Makes magic, sizes and checksums agree with the rest, so that a changed pack gets past them. */
void repair(uint8_t *pack, size_t size);

/* Estimated elementary steps of one inference, saturating; a pack that the core opened. */
uint64_t estimate_work(const uint8_t *pack, size_t size);

#endif
