#include "pack.h"

mcuai_status mcuai_pack_open(mcuai_model *model, struct mcuai_store *store, mcuai_trace_fn trace) {
    const mcuai_config config = {
        .pack = mcuai_pack_begin,
        .pack_bytes = (uint32_t)(mcuai_pack_end - mcuai_pack_begin),
        .store = store,
        .arena = mcuai_pack_arena,
        .arena_bytes = mcuai_pack_arena_bytes,
        .operators = mcuai_pack_operators,
        .trace = trace,
    };
    const mcuai_status status = mcuai_open(model, &config);
    return status == MCUAI_OK && !store ? mcuai_verify(model) : status;
}
