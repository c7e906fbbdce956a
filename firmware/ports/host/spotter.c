/* The keyword spotter for the host: `mcuai listen` calls it by P/Invoke. */
#include <mcuai/spotter.h>

#if defined(_WIN32)
#define MCUAI_EXPORT __declspec(dllexport)
#else
#define MCUAI_EXPORT __attribute__((visibility("default")))
#endif

MCUAI_EXPORT uint32_t mcuai_host_spotter_state_bytes(void) {
    return sizeof(mcuai_spotter);
}

MCUAI_EXPORT int32_t mcuai_host_spotter_bytes(const mcuai_model *model) {
    return mcuai_spotter_bytes(model);
}

MCUAI_EXPORT int32_t mcuai_host_spotter_open(mcuai_spotter *spotter, const mcuai_model *model,
                                             void *memory, uint32_t memory_bytes) {
    return mcuai_spotter_open(spotter, model, memory, memory_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_spotter_push(mcuai_spotter *spotter, const int16_t *samples,
                                             uint32_t count, mcuai_spotter_event *event) {
    return mcuai_spotter_push(spotter, samples, count, event);
}

/* Windows so far, and those in which the model ran. */
MCUAI_EXPORT void mcuai_host_spotter_counts(const mcuai_spotter *spotter, uint32_t *windows,
                                            uint32_t *inferences) {
    *windows = spotter->windows;
    *inferences = spotter->inferences;
}
