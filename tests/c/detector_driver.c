/* detector_driver PACK ROUNDS: opens mutations of a pack's detector and runs those that are
 * accepted. Built with sanitizers: tables, memory and samples are heap blocks of exactly their
 * sizes, so that an access beside one ends the program. Prints how many were accepted and how many
 * refused. */
#include <mcuai/anomaly.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state = 1;

static uint32_t random_below(uint32_t limit) {
    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return (uint32_t)((uint64_t)state * limit >> 32);
}

static void fail(const char *what) {
    fprintf(stderr, "detector_driver: %s\n", what);
    exit(1);
}

/* 16-byte aligned on every 64-bit host, as packs and arenas have to be. */
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

/* Changes a few bytes or fields, most of them in the header. */
static void mutate(uint8_t *tables, uint32_t size) {
    static const uint32_t extremes[] = {
        0, 1, 2, 127, 128, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    for (uint32_t changes = 1 + random_below(4); changes > 0; changes--) {
        const uint32_t region = random_below(4) ? (size < 92 ? size : 92) : size;
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

static void run(const mcuai_model *model, const uint8_t *tables, uint32_t size, uint32_t bytes) {
    mcuai_detector detector;
    uint8_t *memory = malloc(bytes);
    if (mcuai_detector_open(&detector, tables, size, model, memory, bytes - 1) == MCUAI_OK)
        fail("too little memory was accepted");
    if (mcuai_detector_open(&detector, tables, size, model, memory, bytes) == MCUAI_OK) {
        uint16_t channels;
        memcpy(&channels, tables + 16, 2);
        int16_t *samples = malloc(2u * channels);
        const uint32_t loud = random_below(3);
        for (uint32_t i = 0; i < 3000; i++) {
            for (uint32_t c = 0; c < channels; c++)
                samples[c] = loud == 0 ? INT16_MIN : (int16_t)random_below(loud == 1 ? 65536 : 64);
            mcuai_detection detection;
            if (mcuai_detector_push(&detector, samples, &detection) != MCUAI_OK)
                fail("push");
            state += (uint32_t)detection.score;
        }
        free(samples);
    }
    free(memory);
}

static mcuai_model model;

static void open_model(const uint8_t *pack, uint32_t size) {
    const int32_t arena = mcuai_arena_bytes(pack, size);
    if (arena < 0)
        fail("arena");
    const mcuai_config config = {.pack = pack,
                                 .pack_bytes = size,
                                 .arena = block((size_t)arena),
                                 .arena_bytes = (uint32_t)arena,
                                 .operators = mcuai_all_operators};
    if (mcuai_open(&model, &config) != MCUAI_OK)
        fail("open");
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: detector_driver PACK ROUNDS\n");
        return 2;
    }
    uint32_t pack_size, size, accepted = 0, refused = 0;
    uint8_t *pack = read_file(arguments[1], &pack_size);
    open_model(pack, pack_size);
    const void *original = mcuai_metadata(&model, "detector", &size);
    if (!original)
        fail("no detector");
    for (int round = atoi(arguments[2]); round > 0; round--) {
        const uint32_t cut = random_below(8) ? size : random_below(size + 1);
        uint8_t *tables = malloc(cut ? cut : 1);
        memcpy(tables, original, cut);
        if (cut > 0)
            mutate(tables, cut);
        const int32_t bytes = mcuai_detector_bytes(tables, cut);
        if (bytes < 0)
            refused++;
        else
            accepted++, run(&model, tables, cut, (uint32_t)bytes);
        free(tables);
    }
    printf("%u accepted, %u refused\n", accepted, refused);
    free(model.config.arena);
    free(pack);
    return 0;
}
