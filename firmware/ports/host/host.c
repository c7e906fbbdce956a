/* The core as a library of the host: what `mcuai run` and the tests call by P/Invoke. The model's memory comes from the
 * caller, like all of the core's. */
#include <mcuai/mcuai.h>

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

/* With a read callback, `pack` is the manifest alone and weights pass through `cache`. */
MCUAI_EXPORT int32_t mcuai_host_open(mcuai_model *model, const void *pack, uint32_t pack_bytes,
                                     void *arena, uint32_t arena_bytes, mcuai_read_fn read,
                                     void *cache, uint32_t cache_bytes) {
    const mcuai_config config = {
        .pack = pack,
        .pack_bytes = pack_bytes,
        .read = read,
        .cache = cache,
        .cache_bytes = cache_bytes,
        .arena = arena,
        .arena_bytes = arena_bytes,
        .operators = mcuai_all_operators,
    };
    const mcuai_status status = mcuai_open(model, &config);
    return status == MCUAI_OK ? mcuai_verify(model) : status;
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
