/* libFuzzer target: the input is a pack. It is opened, verified and run as it is, where its
 * checksums stop most changes, and then repaired, in place and streamed. All memory is as large as
 * the pack says and not a byte larger, in heap blocks of its own, so that AddressSanitizer sees
 * every access beside it.
 *
 * Beyond memory errors it checks that a refused pack leaves no tensors to write to, that the pack
 * is never written, and that streaming gives the bytes that running in place gives. */
#include <mcuai/store.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pack_layout.h"

enum { LARGEST_MEMORY = 1 << 18, MOST_WORK = 1 << 19, MOST_PACK = 1 << 16, INFERENCES = 2 };

static void require(bool condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "pack_fuzz: %s\n", what);
        abort();
    }
}

/* The core wants 16-byte alignment, which malloc gives; a block of 0 bytes still has an address. */
static void *block(size_t bytes) {
    void *memory = malloc(bytes);
    require(memory && (uintptr_t)memory % 16 == 0, "no memory");
    return memory;
}

typedef struct {
    const uint8_t *bytes;
    size_t size;
    int reads;
} source;

static int read_pack(void *context, uint32_t offset, void *destination, uint32_t bytes) {
    source *pack = context;
    pack->reads++;
    if (offset > pack->size || bytes > pack->size - offset)
        return -1;
    memcpy(destination, pack->bytes + offset, bytes);
    return 0;
}

static int read_at_once(void *context) {
    (void)context;
    return 0;
}

/* A digest of the outputs of all inferences; FNV-1a. */
static uint64_t digest(uint64_t hash, const void *data, size_t bytes) {
    const uint8_t *p = data;
    while (bytes--)
        hash = (hash ^ *p++) * UINT64_C(0x100000001B3);
    return hash;
}

static uint64_t infer(const mcuai_model *model, mcuai_status *status) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (int n = 0; n < INFERENCES; n++) {
        mcuai_tensor tensor;
        for (uint32_t i = 0; i < 64 && (tensor = mcuai_input(model, i)).data; i++)
            for (uint32_t k = 0; k < tensor.bytes; k++)
                ((uint8_t *)tensor.data)[k] = (uint8_t)(k * 37 + i * 11 + (uint32_t)n * 101);
        *status = mcuai_invoke(model);
        if (*status != MCUAI_OK)
            return 0;
        for (uint32_t i = 0; i < 64 && (tensor = mcuai_output(model, i)).data; i++)
            hash = digest(hash, tensor.data, tensor.bytes);
    }
    mcuai_reset(model);
    return hash;
}

/* Opens, verifies and runs; false where the pack was refused or is too much work. */
static bool run(const mcuai_config *config, const uint8_t *pack, size_t size, uint64_t *hash) {
    mcuai_model model;
    mcuai_status status = mcuai_open(&model, config);
    require(mcuai_status_text(status)[0] != 0, "a status without text");
    if (status != MCUAI_OK) {
        require(!mcuai_input(&model, 0).data && !mcuai_output(&model, 0).data,
                "a refused pack has tensors");
        return false;
    }
    mcuai_verify(&model);
    if (estimate_work(pack, size) > MOST_WORK)
        return false;
    *hash = infer(&model, &status);
    return status == MCUAI_OK;
}

static uint32_t arena_bytes(const uint8_t *pack, size_t size) {
    const int32_t bytes = mcuai_arena_bytes(pack, (uint32_t)size);
    return bytes > 0 && bytes <= LARGEST_MEMORY ? (uint32_t)bytes : 0;
}

static bool run_in_place(const uint8_t *data, size_t size, uint64_t *hash) {
    uint8_t *pack = block(size);
    memcpy(pack, data, size);
    const uint32_t arena = arena_bytes(pack, size);
    const mcuai_config config = {
        .pack = pack,
        .pack_bytes = (uint32_t)size,
        .arena = block(arena),
        .arena_bytes = arena,
        .operators = mcuai_all_operators,
    };
    memset(config.arena, 0xA5, arena);
    const bool done = run(&config, pack, size, hash);
    require(memcmp(pack, data, size) == 0, "the core wrote to the pack");
    free(config.arena);
    free(pack);
    return done;
}

static bool run_streamed(const uint8_t *data, size_t size, bool overlaps, uint64_t *hash) {
    const size_t manifest = size >= HEADER_BYTES && get32(data + MANIFEST_BYTES_FIELD) <= size
                                ? get32(data + MANIFEST_BYTES_FIELD)
                                : size;
    const uint32_t claimed = size >= HEADER_BYTES ? get32(data + CACHE_BYTES_FIELD) : 0;
    uint32_t cache = claimed <= LARGEST_MEMORY ? claimed : LARGEST_MEMORY;
    cache += overlaps ? cache / 2 : 0; /* room to read ahead */
    uint8_t *pack = block(manifest);
    memcpy(pack, data, manifest);
    const uint32_t arena = arena_bytes(pack, manifest);
    source whole = {data, size, 0};
    mcuai_store_config device = {
        .context = &whole,
        .cache = block(cache),
        .cache_bytes = cache,
    };
    if (overlaps)
        device.start = read_pack, device.wait = read_at_once;
    else
        device.read = read_pack;
    mcuai_store store;
    mcuai_store_init(&store, &device);
    const mcuai_config config = {
        .pack = pack,
        .pack_bytes = (uint32_t)manifest,
        .store = &store,
        .arena = block(arena),
        .arena_bytes = arena,
        .operators = mcuai_all_operators,
    };
    memset(config.arena, 0xA5, arena);
    const bool done = run(&config, data, size, hash);
    require(memcmp(pack, data, manifest) == 0, "the core wrote to the manifest");
    free(device.cache);
    free(config.arena);
    free(pack);
    return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint64_t in_place = 0, streamed = 0;
    if (size > MOST_PACK)
        return 0;
    run_in_place(data, size, &in_place); /* mostly stopped by the checksum */
    uint8_t *pack = block(size);
    memcpy(pack, data, size);
    repair(pack, size);
    const bool ran = run_in_place(pack, size, &in_place);
    for (int overlaps = 0; overlaps < 2; overlaps++)
        if (run_streamed(pack, size, overlaps, &streamed) && ran)
            require(in_place == streamed, "streaming gives other bytes");
    free(pack);
    return 0;
}
