/* Weights on a block device (SPI flash, SD card, a file): whole shards are read into a cache of a
 * stated size, and each is compared with its checksum before an operator sees it. Part of the cache
 * holds the first shards of the program for good (embedding, norms, attention, router of the first
 * layers), as many as fit; the others pass through slots in the order of execution, the next one
 * being read while operators work on the present one; experts have slots of their own, and the one
 * goes that is likely to be wanted last.
 *
 *     static mcuai_store store;
 *     const mcuai_store_config source = {.read = read_flash, .cache = cache, .cache_bytes = sizeof
 * cache}; mcuai_store_init(&store, &source); config.pack = manifest; config.pack_bytes =
 * manifest_bytes; config.store = &store; status = mcuai_open(&model, &config);     reads the shards
 * that the cache holds for good
 */
#ifndef MCUAI_STORE_H
#define MCUAI_STORE_H

#include "mcuai.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads `bytes` bytes at `offset` of the pack to `destination`; 0 on success. */
typedef int (*mcuai_read_fn)(void *context, uint32_t offset, void *destination, uint32_t bytes);

/* Waits until what was started is there: 0 where it was already, 1 where there was something to
 * wait for, negative where reading failed. */
typedef int (*mcuai_wait_fn)(void *context);

typedef struct {
    mcuai_read_fn read;  /* returns when all is read */
    mcuai_read_fn start; /* in the place of `read`: returns at once, then `wait` is called, and no
                            other start before it */
    mcuai_wait_fn wait;
    void *context;
    void *cache; /* 16-byte aligned */
    uint32_t cache_bytes;
} mcuai_store_config;

/* Counted from mcuai_store_init on. */
typedef struct {
    uint64_t bytes; /* that came from the device */
    uint32_t reads; /* of a shard */
    uint32_t hits;  /* a shard was wanted by another operator than the last, and it was in the cache
                       since its last use */
    uint32_t stalls;  /* operators had to wait for a shard */
    uint32_t repeats; /* reads of shards whose checksum had failed */
} mcuai_store_statistics;

/* Sizes of the cache for a pack, in bytes. */
typedef struct {
    uint32_t least;      /* refused below */
    uint32_t overlapped; /* from here on the next shard is read while operators work */
    uint32_t in_order;   /* from here on only experts are read again */
    uint32_t whole;      /* from here on nothing is */
} mcuai_store_sizes;

struct mcuai_store_functions;

/* A part of the cache: equal slots, each with a head of 16 bytes. */
typedef struct {
    uint32_t offset, stride, count;
} mcuai_slots;

/* Members are the core's own; use the functions. */
typedef struct mcuai_store {
    const struct mcuai_store_functions *functions;
    mcuai_store_config config;
    mcuai_store_statistics statistics;
    mcuai_store_sizes sizes;
    mcuai_slots in_order, on_demand;
    uint32_t recent; /* the shard that was wanted last */
    uint32_t reading,
        target;      /* the shard that was started, and the offset in the cache that it goes to */
    int32_t damaged; /* the shard whose checksum failed twice */
    uint32_t now;    /* the operator that runs */
    uint32_t ahead;  /* operators after it whose shards are there or being read */
    uint32_t ahead_offset; /* of the first operator after those */
    uint32_t rounds;       /* inferences, aged like the counts of experts */
} mcuai_store;

/* MCUAI_ERROR_ARGUMENT where a function or the cache is missing or misaligned. A store serves one
 * model. */
mcuai_status mcuai_store_init(mcuai_store *store, const mcuai_store_config *config);

/* What the pack that was opened, or refused with MCUAI_ERROR_CACHE, needs. */
mcuai_store_sizes mcuai_store_needs(const mcuai_store *store);

mcuai_store_statistics mcuai_store_counts(const mcuai_store *store);

/* The number of the shard behind MCUAI_ERROR_SHARD or MCUAI_ERROR_READ, or -1. */
int32_t mcuai_damaged_shard(const mcuai_store *store);

/* Waits for a read that was started; to be called before the cache is used for something else. */
void mcuai_store_finish(mcuai_store *store);

#ifdef __cplusplus
}
#endif

#endif
