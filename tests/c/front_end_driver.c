/* front_end_driver TABLES ROUNDS: opens mutations of the front end's tables and runs those that are
 * accepted. Built with sanitizers. */
#include <mcuai/audio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutated_tables.h"

static void push_some(mcuai_front_end *front_end, uint32_t count) {
    int16_t *samples = block(2 * count);
    const int loud = (int)random_below(3);
    for (uint32_t i = 0; i < count; i++)
        samples[i] = loud == 0 ? INT16_MIN : (int16_t)random_below(loud == 1 ? 65536 : 64);
    if (mcuai_front_end_push(front_end, samples, count) < 0)
        fail("push");
    free(samples);
}

static int run(const uint8_t *tables, uint32_t size) {
    const int32_t needed = mcuai_front_end_bytes(tables, size);
    if (needed < 0)
        return 0;
    const uint32_t bytes = (uint32_t)needed;
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
            mix((uint32_t)frame[k]);
        if (mcuai_front_end_window(&front_end, output, window + 1) != MCUAI_ERROR_ARGUMENT)
            fail("a window of a wrong size");
        if (mcuai_front_end_window(&front_end, output, window) == MCUAI_OK)
            mix((uint32_t)output[window - 1]);
    }
    free(output);
    free(memory);
    return 1;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: front_end_driver TABLES ROUNDS\n");
        return 2;
    }
    uint32_t size;
    uint8_t *original = read_file(arguments[1], &size);
    run_mutations(original, size, 72, atoi(arguments[2]), run);
    free(original);
    return 0;
}
