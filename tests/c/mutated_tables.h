/* What the drivers that open mutations of a pack's tables share. Every buffer is a heap block of
 * exactly its size, so that a sanitizer sees an access beside it. */
#ifndef MCUAI_TESTS_MUTATED_TABLES_H
#define MCUAI_TESTS_MUTATED_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* Goes on from what the code under test gave (`mix`), so that its results are used. */
uint32_t random_below(uint32_t limit);
void mix(uint32_t result);

/* Ends the program. */
void fail(const char *what);

/* 16-byte aligned on every 64-bit host, as packs and arenas have to be. */
void *block(size_t bytes);

uint8_t *read_file(const char *path, uint32_t *size);

/* `rounds` times cuts the tables or changes a few bytes of them, most of them in the first
 * `header` bytes, and hands them to `run`, which says whether they were accepted. Prints how many
 * were. */
void run_mutations(const uint8_t *tables, uint32_t size, uint32_t header, int rounds,
                   int (*run)(const uint8_t *tables, uint32_t size));

#endif
