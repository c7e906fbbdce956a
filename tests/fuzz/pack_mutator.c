/* libFuzzer's mutator for packs: changes fields of the tables, where plain mutation would mostly
 * hit weights and the padding before them. Some changes keep what the core compares consistent, so
 * that deeper checks are reached. */
#include <string.h>

#include "pack_layout.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

typedef struct {
    uint8_t *bytes;
    size_t size;
    uint32_t random;
} pack;

static uint32_t next(pack *p, uint32_t limit) {
    p->random = p->random * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(p->random >> 1) * limit >> 31);
}

static uint32_t new_value(pack *p, uint32_t old) {
    static const uint32_t edges[] = {0,          1,          2,          3,          4,
                                     7,          8,          16,         31,         32,
                                     127,        128,        255,        256,        4095,
                                     4096,       4097,       0x7FFF,     0x8000,     0xFFFF,
                                     0x10000,    0x3FFFFFFF, 0x40000000, 0x7FFFFFFF, 0x80000000,
                                     0x80000001, 0xFFFFFF80, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF};
    switch (next(p, 8)) {
    case 0:
        return old + 1;
    case 1:
        return old - 1;
    case 2:
        return old * 2;
    case 3:
        return old / 2;
    case 4:
        return old + next(p, 64) - 32;
    case 5:
        return old ^ UINT32_C(1) << next(p, 32);
    case 6:
        return next(p, 20);
    default:
        return edges[next(p, sizeof edges / sizeof *edges)];
    }
}

static void change32(pack *p, size_t at) {
    if (at + 4 <= p->size)
        put32(p->bytes + at, new_value(p, get32(p->bytes + at)));
}

static void change16(pack *p, size_t at) {
    if (at + 2 <= p->size)
        put16(p->bytes + at, new_value(p, get16(p->bytes + at)));
}

static void change8(pack *p, size_t at) {
    if (at < p->size)
        p->bytes[at] = (uint8_t)new_value(p, p->bytes[at]);
}

static size_t any_tensor(pack *p) {
    return tensor_at(p->bytes, p->size, next(p, get16(p->bytes + TENSOR_COUNT_FIELD)));
}

static size_t any_operator(pack *p) {
    return operator_at(p->bytes, p->size, next(p, get16(p->bytes + OPERATOR_COUNT_FIELD)));
}

static void change_header(pack *p) {
    const uint32_t at = MANIFEST_BYTES_FIELD + next(p, HEADER_BYTES - MANIFEST_BYTES_FIELD);
    if (next(p, 2))
        change16(p, at & ~1u);
    else
        change32(p, at & ~3u);
}

static void change_tensor(pack *p) {
    const size_t tensor = any_tensor(p);
    if (tensor == 0)
        return;
    switch (next(p, 6)) {
    case 0:
        change8(p, tensor + next(p, 4)); /* type, rank, place */
        break;
    case 1:
        change16(p, tensor + 28); /* shard */
        break;
    case 2:
        change32(p, tensor + 36); /* zero point */
        break;
    default:
        change32(p, tensor + 4 + 4 * next(p, 6)); /* dims, offset, bytes */
    }
}

/* Other dims, with the size that goes with them and an arena that holds the tensor. */
static void reshape_tensor(pack *p) {
    const size_t tensor = any_tensor(p);
    if (tensor == 0)
        return;
    uint8_t *record = p->bytes + tensor;
    for (uint32_t changes = 1 + next(p, 2); changes > 0; changes--)
        put32(record + 4 + 4 * next(p, 4), next(p, 4) ? 1 + next(p, 9) : 1 + next(p, 300));
    uint32_t bytes = record[0] == 2 ? 2 : record[0] == 3 ? 4 : 1;
    for (int i = 0; i < 4; i++)
        bytes *= get32(record + 4 + 4 * i);
    if (record[2] != 1)
        put32(record + 24, bytes);
    const uint32_t arena = get32(p->bytes + ARENA_BYTES_FIELD);
    if (record[2] != 1 && bytes <= arena &&
        next(p, 2)) /* what is written beyond it leaves the arena */
        put32(record + 20, (arena - bytes) & ~UINT32_C(3));
    const uint32_t end = get32(record + 20) + bytes;
    if (record[2] != 1 && end > arena && next(p, 4))
        put32(p->bytes + ARENA_BYTES_FIELD, end);
}

/* Scratch at the end of the arena, of what is left there. */
static void move_scratch(pack *p, size_t record) {
    const uint32_t arena = get32(p->bytes + ARENA_BYTES_FIELD), back = 16 * next(p, 4);
    const uint32_t offset = (arena & ~UINT32_C(15)) - back;
    put32(p->bytes + record + 8, offset);
    put32(p->bytes + record + 12, arena - offset);
}

static void change_operator(pack *p) {
    const size_t record = any_operator(p);
    if (record == 0)
        return;
    const uint32_t tensors = (uint32_t)p->bytes[record + 3] + p->bytes[record + 4];
    switch (next(p, 8)) {
    case 0:
        change8(p, record + next(p, 6)); /* opcode, layout, counts */
        break;
    case 1:
        if (next(p, 2))
            change32(p, record + 8 + 4 * next(p, 2)); /* scratch */
        else
            move_scratch(p, record);
        break;
    case 2:
        p->bytes[record + 2] = (uint8_t)next(p, 4); /* another layout for the same blob */
        break;
    case 3:
        if (tensors != 0)
            put16(p->bytes + operator_tensors(record) + 2 * next(p, tensors),
                  next(p, get16(p->bytes + TENSOR_COUNT_FIELD)));
        break;
    default:
        if (p->bytes[record + 5] != 0)
            change32(p, operator_parameters(p->bytes, record) + 4 * next(p, p->bytes[record + 5]));
    }
}

/* One record in the place of another, or a dim or offset of another tensor. */
static void copy_record(pack *p) {
    const size_t from = any_tensor(p), to = any_tensor(p);
    if (from == 0 || to == 0)
        return;
    if (next(p, 2)) {
        memmove(p->bytes + to, p->bytes + from, TENSOR_BYTES);
    } else {
        const uint32_t value = get32(p->bytes + from + 4 + 4 * next(p, 6));
        put32(p->bytes + to + 4 + 4 * next(p, 6), value);
    }
}

/* An operator's tensor becomes another one, constant or not, which takes over its type and dims. */
static void exchange_tensor(pack *p) {
    const size_t record = any_operator(p), to = any_tensor(p);
    if (record == 0 || to == 0 || p->bytes[record + 3] == 0)
        return;
    const uint32_t tensors = (uint32_t)p->bytes[record + 3] + p->bytes[record + 4];
    uint8_t *number = p->bytes + operator_tensors(record) + 2 * next(p, tensors);
    const size_t from = tensor_at(p->bytes, p->size, get16(number));
    if (from == 0)
        return;
    put16(number, (uint32_t)(to - get32(p->bytes + TENSORS_FIELD)) / TENSOR_BYTES);
    p->bytes[to] = p->bytes[from];
    memmove(p->bytes + to + 4, p->bytes + from + 4, 16);
    if (next(p, 3) != 0)
        put32(p->bytes + to + 24, next(p, 2) ? get32(p->bytes + from + 24) : next(p, 40));
}

/* A tensor becomes a constant at the end of a shard; the model's inputs and outputs, which may not
 * be one, become another tensor. */
static void make_constant(pack *p) {
    const uint32_t index = next(p, get16(p->bytes + TENSOR_COUNT_FIELD));
    const size_t tensor = tensor_at(p->bytes, p->size, index);
    if (tensor == 0)
        return;
    const size_t shard = shard_at(p->bytes, p->size, 0);
    const uint32_t end = shard == 0 ? 0 : get32(p->bytes + shard + 4), back = 16 * next(p, 4);
    const uint32_t offset = end < back ? 0 : (end - back) & ~UINT32_C(15);
    p->bytes[tensor + 2] = 1;
    put32(p->bytes + tensor + 20, offset);
    put32(p->bytes + tensor + 24, end - offset);
    put16(p->bytes + tensor + 28, 0);
    const uint32_t ports =
        get16(p->bytes + INPUT_COUNT_FIELD) + get16(p->bytes + OUTPUT_COUNT_FIELD);
    const size_t table = get32(p->bytes + PORTS_FIELD);
    uint32_t other = 0;
    while (tensor_at(p->bytes, p->size, other) != 0 &&
           p->bytes[tensor_at(p->bytes, p->size, other) + 2] != 0)
        other++;
    for (uint32_t i = 0; i < ports && table + 2 * i + 2 <= p->size; i++)
        if (get16(p->bytes + table + 2 * i) == index)
            put16(p->bytes + table + 2 * i, other);
}

static void change_shard(pack *p) {
    const size_t shard = shard_at(p->bytes, p->size, next(p, get16(p->bytes + SHARD_COUNT_FIELD)));
    if (shard == 0)
        return;
    const size_t begin = get32(p->bytes + shard), bytes = get32(p->bytes + shard + 4);
    if (next(p, 4) == 0 || bytes == 0 || begin + bytes > p->size)
        change32(p, shard + 4 * next(p, 2));
    else
        change32(p, begin + next(p, (uint32_t)bytes));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed) {
    pack p = {data, size, seed};
    if (size < HEADER_BYTES || next(&p, 50) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    for (uint32_t changes = 1 + next(&p, 3); changes > 0; changes--) {
        switch (next(&p, 12)) {
        case 0:
            change_header(&p);
            break;
        case 1:
        case 2:
            change_tensor(&p);
            break;
        case 3:
        case 4:
            reshape_tensor(&p);
            break;
        case 5:
        case 6:
        case 7:
            change_operator(&p);
            break;
        case 8:
            copy_record(&p);
            break;
        case 9:
            exchange_tensor(&p);
            break;
        case 10:
            make_constant(&p);
            break;
        default:
            change_shard(&p);
        }
    }
    return size;
}
