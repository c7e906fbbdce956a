/* front_end_driver TABLES ROUNDS: opens mutations of the front end's tables and runs those that are
 * accepted. Built with sanitizers: tables, memory, samples and output are heap blocks of exactly
 * their sizes, so that an access beside one ends the program. Prints how many were accepted and how
 * many refused. */
#include <mcuai/audio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state = 1;

static uint32_t random_below(uint32_t limit) {
    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return (uint32_t)((uint64_t)state * limit >> 32);
}

static void fail(const char *what) {
    fprintf(stderr, "front_end_driver: %s\n", what);
    exit(1);
}

static void *block(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory)
        fail("no memory");
    return memory;
}

static uint8_t *read_file(const char *path, uint32_t *size) {
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

/* Changes a few bytes or fields, most of them in the header and in the filters behind it. */
static void mutate(uint8_t *tables, uint32_t size) {
    static const uint32_t extremes[] = {
        0, 1, 2, 127, 128, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    for (uint32_t changes = 1 + random_below(4); changes > 0; changes--) {
        const uint32_t region = random_below(4) ? (size < 72 ? size : 72) : size;
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

static void push_some(mcuai_front_end *front_end, uint32_t count) {
    int16_t *samples = block(2 * count);
    const int loud = (int)random_below(3);
    for (uint32_t i = 0; i < count; i++)
        samples[i] = loud == 0 ? INT16_MIN : (int16_t)random_below(loud == 1 ? 65536 : 64);
    if (mcuai_front_end_push(front_end, samples, count) < 0)
        fail("push");
    free(samples);
}

static void run(const uint8_t *tables, uint32_t size, uint32_t bytes) {
    mcuai_front_end front_end;
    void *memory = block(bytes);
    if (mcuai_front_end_open(&front_end, tables, size, memory, bytes - 1) != MCUAI_ERROR_ARENA ||
        mcuai_front_end_open(&front_end, tables, size, memory, bytes) != MCUAI_OK)
        fail("open");
    uint16_t fields[2];
    memcpy(fields, tables + 24, 4);
    const uint32_t features = fields[0], window = features * fields[1];
    int8_t *output = block(window);
    for (int i = 0; i < 6; i++) {
        const uint32_t missing = mcuai_front_end_missing(&front_end);
        push_some(&front_end, i == 3 ? random_below(20000) : missing);
        const int16_t *frame = mcuai_front_end_frame(&front_end, 0);
        for (uint32_t k = 0; frame && k < features; k++)
            state += (uint32_t)frame[k];
        if (mcuai_front_end_window(&front_end, output, window + 1) != MCUAI_ERROR_ARGUMENT)
            fail("a window of a wrong size");
        if (mcuai_front_end_window(&front_end, output, window) == MCUAI_OK)
            state += (uint32_t)output[window - 1];
    }
    free(output);
    free(memory);
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: front_end_driver TABLES ROUNDS\n");
        return 2;
    }
    uint32_t size;
    uint8_t *original = read_file(arguments[1], &size);
    uint32_t accepted = 0, refused = 0;
    for (int round = atoi(arguments[2]); round > 0; round--) {
        const uint32_t cut = random_below(8) ? size : random_below(size + 1);
        uint8_t *tables = block(cut);
        memcpy(tables, original, cut);
        if (cut > 0)
            mutate(tables, cut);
        const int32_t bytes = mcuai_front_end_bytes(tables, cut);
        if (bytes < 0)
            refused++;
        else
            accepted++, run(tables, cut, (uint32_t)bytes);
        free(tables);
    }
    printf("%u accepted, %u refused\n", accepted, refused);
    free(original);
    return 0;
}
