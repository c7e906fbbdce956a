#include "mutated_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state = 1;

uint32_t random_below(uint32_t limit) {
    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return (uint32_t)((uint64_t)state * limit >> 32);
}

void mix(uint32_t result) {
    state += result;
}

void fail(const char *what) {
    fprintf(stderr, "failed: %s\n", what);
    exit(1);
}

void *block(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory)
        fail("no memory");
    return memory;
}

uint8_t *read_file(const char *path, uint32_t *size) {
    FILE *stream = fopen(path, "rb");
    if (!stream || fseek(stream, 0, SEEK_END) != 0)
        fail(path);
    *size = (uint32_t)ftell(stream);
    uint8_t *bytes = block(*size);
    rewind(stream);
    if (fread(bytes, 1, *size, stream) != *size)
        fail(path);
    fclose(stream);
    return bytes;
}

static void mutate(uint8_t *tables, uint32_t size, uint32_t header) {
    static const uint32_t extremes[] = {
        0, 1, 2, 127, 128, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    for (uint32_t changes = 1 + random_below(4); changes > 0; changes--) {
        const uint32_t region = random_below(4) ? (size < header ? size : header) : size;
        const uint32_t at = random_below(region) & ~UINT32_C(1);
        uint32_t value = random_below(2) ? extremes[random_below(12)] : random_below(UINT32_MAX);
        if (random_below(3) == 0)
            tables[at] ^= (uint8_t)(1 << random_below(8));
        else if (random_below(2) && at + 4 <= size)
            memcpy(tables + at, &value, 4);
        else if (at + 2 <= size)
            memcpy(tables + at, &value, 2);
    }
}

void run_mutations(const uint8_t *tables, uint32_t size, uint32_t header, int rounds,
                   int (*run)(const uint8_t *tables, uint32_t size)) {
    uint32_t accepted = 0, refused = 0;
    for (; rounds > 0; rounds--) {
        const uint32_t cut = random_below(8) ? size : random_below(size + 1);
        uint8_t *mutation = block(cut);
        memcpy(mutation, tables, cut);
        if (cut > 0)
            mutate(mutation, cut, header);
        if (run(mutation, cut))
            accepted++;
        else
            refused++;
        free(mutation);
    }
    printf("%u accepted, %u refused\n", accepted, refused);
}
