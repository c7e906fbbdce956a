#include "pack_layout.h"

uint32_t get16(const uint8_t *p) {
    return (uint32_t)(p[0] | p[1] << 8);
}

uint32_t get32(const uint8_t *p) {
    return get16(p) | get16(p + 2) << 16;
}

void put16(uint8_t *p, uint32_t value) {
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

void put32(uint8_t *p, uint32_t value) {
    put16(p, value);
    put16(p + 2, value >> 16);
}

static size_t record_at(const uint8_t *pack, size_t size, int table_field, uint32_t count,
                        size_t bytes, uint32_t index) {
    const size_t offset = get32(pack + table_field) + index * bytes;
    return index < count && offset + bytes <= size ? offset : 0;
}

size_t tensor_at(const uint8_t *pack, size_t size, uint32_t index) {
    return record_at(pack, size, TENSORS_FIELD, get16(pack + TENSOR_COUNT_FIELD), TENSOR_BYTES,
                     index);
}

size_t shard_at(const uint8_t *pack, size_t size, uint32_t index) {
    return record_at(pack, size, SHARDS_FIELD, get16(pack + SHARD_COUNT_FIELD), SHARD_BYTES, index);
}

size_t operator_tensors(size_t record) {
    return record + OPERATOR_BYTES;
}

size_t operator_parameters(const uint8_t *pack, size_t record) {
    const size_t tensors = (size_t)pack[record + 3] + pack[record + 4];
    return record + OPERATOR_BYTES + (tensors + 1) / 2 * 4;
}

size_t operator_at(const uint8_t *pack, size_t size, uint32_t index) {
    size_t record = get32(pack + OPERATORS_FIELD);
    for (uint32_t i = 0; i < get16(pack + OPERATOR_COUNT_FIELD); i++) {
        if (record + OPERATOR_BYTES > size)
            return 0;
        const size_t end = operator_parameters(pack, record) + 4u * pack[record + 5];
        if (end > size)
            return 0;
        if (i == index)
            return record;
        record = end;
    }
    return 0;
}

/* CRC-32C, one table look-up a byte. */
static uint32_t crc32c(uint32_t crc, const uint8_t *data, size_t bytes) {
    static uint32_t table[256];
    if (table[1] == 0)
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; bit++)
                value = value >> 1 ^ (value & 1 ? UINT32_C(0x82F63B78) : 0);
            table[i] = value;
        }
    crc = ~crc;
    for (size_t i = 0; i < bytes; i++)
        crc = crc >> 8 ^ table[(crc ^ data[i]) & 255];
    return ~crc;
}

void repair(uint8_t *pack, size_t size) {
    if (size < HEADER_BYTES)
        return;
    put32(pack, UINT32_C(0x314B5354));
    put32(pack + 4, 1 | HEADER_BYTES << 16);
    if (get32(pack + PACK_BYTES_FIELD) > size)
        put32(pack + PACK_BYTES_FIELD, (uint32_t)size);
    size_t manifest = get32(pack + MANIFEST_BYTES_FIELD) & ~UINT32_C(3);
    if (manifest < HEADER_BYTES || manifest > size)
        manifest = size < 4096 ? size & ~(size_t)3 : 4096;
    put32(pack + MANIFEST_BYTES_FIELD, (uint32_t)manifest);

    for (uint32_t i = 0; i < get16(pack + SHARD_COUNT_FIELD); i++) {
        const size_t record = shard_at(pack, manifest, i);
        if (record == 0)
            break;
        const uint64_t offset = get32(pack + record), bytes = get32(pack + record + 4);
        if (offset + bytes <= size)
            put32(pack + record + 8, crc32c(0, pack + offset, bytes));
    }
    put32(pack + MANIFEST_CRC_FIELD, 0);
    put32(pack + MANIFEST_CRC_FIELD, crc32c(0, pack, manifest));
}
