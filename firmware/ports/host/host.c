/* The core as a library of the host: what `mcuai run` and the tests call by P/Invoke. The model's
 * memory comes from the caller, like all of the core's. */
#include <mcuai/store.h>

#if defined(_WIN32)
#define MCUAI_EXPORT __declspec(dllexport)
#else
#define MCUAI_EXPORT __attribute__((visibility("default")))
#endif

MCUAI_EXPORT uint32_t mcuai_host_model_bytes(void) {
    return sizeof(mcuai_model);
}

MCUAI_EXPORT int32_t mcuai_host_arena_bytes(const void *pack, uint32_t pack_bytes) {
    return mcuai_arena_bytes(pack, pack_bytes);
}

/* With a store, `pack` is the manifest alone, and shards are verified when they are read. */
MCUAI_EXPORT int32_t mcuai_host_open(mcuai_model *model, const void *pack, uint32_t pack_bytes,
                                     void *arena, uint32_t arena_bytes, mcuai_store *store) {
    const mcuai_config config = {
        .pack = pack,
        .pack_bytes = pack_bytes,
        .store = store,
        .arena = arena,
        .arena_bytes = arena_bytes,
        .operators = mcuai_all_operators,
    };
    const mcuai_status status = mcuai_open(model, &config);
    return status == MCUAI_OK && !store ? mcuai_verify(model) : status;
}

MCUAI_EXPORT int32_t mcuai_host_verify(const mcuai_model *model) {
    return mcuai_verify(model);
}

MCUAI_EXPORT uint32_t mcuai_host_store_bytes(void) {
    return sizeof(mcuai_store);
}

/* Without `wait`, `read` returns when all is read; else it starts. */
MCUAI_EXPORT int32_t mcuai_host_store_init(mcuai_store *store, mcuai_read_fn read,
                                           mcuai_wait_fn wait, void *cache, uint32_t cache_bytes) {
    const mcuai_store_config config = {
        .read = wait ? NULL : read,
        .start = wait ? read : NULL,
        .wait = wait,
        .cache = cache,
        .cache_bytes = cache_bytes,
    };
    return mcuai_store_init(store, &config);
}

MCUAI_EXPORT void mcuai_host_store_counts(const mcuai_store *store,
                                          mcuai_store_statistics *statistics) {
    *statistics = mcuai_store_counts(store);
}

MCUAI_EXPORT void mcuai_host_store_needs(const mcuai_store *store, mcuai_store_sizes *sizes) {
    *sizes = mcuai_store_needs(store);
}

MCUAI_EXPORT int32_t mcuai_host_damaged_shard(const mcuai_store *store) {
    return mcuai_damaged_shard(store);
}

MCUAI_EXPORT int32_t mcuai_host_invoke(const mcuai_model *model) {
    return mcuai_invoke(model);
}

MCUAI_EXPORT int32_t mcuai_host_invoke_rows(const mcuai_model *model, uint32_t rows) {
    return mcuai_invoke_rows(model, rows);
}

MCUAI_EXPORT void mcuai_host_reset(const mcuai_model *model) {
    mcuai_reset(model);
}

MCUAI_EXPORT void *mcuai_host_input(const mcuai_model *model, uint32_t index, uint32_t *bytes) {
    const mcuai_tensor tensor = mcuai_input(model, index);
    *bytes = tensor.bytes;
    return tensor.data;
}

MCUAI_EXPORT void *mcuai_host_output(const mcuai_model *model, uint32_t index, uint32_t *bytes) {
    const mcuai_tensor tensor = mcuai_output(model, index);
    *bytes = tensor.bytes;
    return tensor.data;
}

MCUAI_EXPORT const char *mcuai_host_status_text(int32_t status) {
    return mcuai_status_text((mcuai_status)status);
}
