/* detector_driver PACK ROUNDS: opens mutations of a pack's detector and runs those that are
 * accepted. Built with sanitizers. */
#include <mcuai/anomaly.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutated_tables.h"

static mcuai_model model;

static int run(const uint8_t *tables, uint32_t size) {
    const int32_t needed = mcuai_detector_bytes(tables, size);
    if (needed < 0)
        return 0;
    const uint32_t bytes = (uint32_t)needed;
    mcuai_detector detector;
    uint8_t *memory = block(bytes);
    if (mcuai_detector_open(&detector, tables, size, &model, memory, bytes - 1) == MCUAI_OK)
        fail("too little memory was accepted");
    if (mcuai_detector_open(&detector, tables, size, &model, memory, bytes) == MCUAI_OK) {
        uint16_t channels;
        memcpy(&channels, tables + 16, 2);
        int16_t *samples = block(2u * channels);
        const uint32_t loud = random_below(3);
        for (uint32_t i = 0; i < 3000; i++) {
            for (uint32_t c = 0; c < channels; c++)
                samples[c] = loud == 0 ? INT16_MIN : (int16_t)random_below(loud == 1 ? 65536 : 64);
            mcuai_detection detection;
            if (mcuai_detector_push(&detector, samples, &detection) != MCUAI_OK)
                fail("push");
            mix((uint32_t)detection.score);
        }
        free(samples);
    }
    free(memory);
    return 1;
}

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
    uint32_t pack_size, size;
    uint8_t *pack = read_file(arguments[1], &pack_size);
    open_model(pack, pack_size);
    const void *original = mcuai_metadata(&model, "detector", &size);
    if (!original)
        fail("no detector");
    run_mutations(original, size, 92, atoi(arguments[2]), run);
    free(model.config.arena);
    free(pack);
    return 0;
}
