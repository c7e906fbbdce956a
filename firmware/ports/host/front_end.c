/* The audio front end for the host: training calls it by P/Invoke, so that models learn from the
 * bytes that boards make. */
#include <mcuai/audio.h>

#if defined(_WIN32)
#define MCUAI_EXPORT __declspec(dllexport)
#else
#define MCUAI_EXPORT __attribute__((visibility("default")))
#endif

MCUAI_EXPORT uint32_t mcuai_host_front_end_state_bytes(void) {
    return sizeof(mcuai_front_end);
}

MCUAI_EXPORT int32_t mcuai_host_front_end_bytes(const void *tables, uint32_t table_bytes) {
    return mcuai_front_end_bytes(tables, table_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_front_end_open(mcuai_front_end *front_end, const void *tables,
                                               uint32_t table_bytes, void *memory,
                                               uint32_t memory_bytes) {
    return mcuai_front_end_open(front_end, tables, table_bytes, memory, memory_bytes);
}

MCUAI_EXPORT void mcuai_host_front_end_reset(mcuai_front_end *front_end) {
    mcuai_front_end_reset(front_end);
}

MCUAI_EXPORT int32_t mcuai_host_front_end_push(mcuai_front_end *front_end, const int16_t *samples,
                                               uint32_t count) {
    return mcuai_front_end_push(front_end, samples, count);
}

MCUAI_EXPORT const int16_t *mcuai_host_front_end_frame(const mcuai_front_end *front_end,
                                                       uint32_t age) {
    return mcuai_front_end_frame(front_end, age);
}

MCUAI_EXPORT int32_t mcuai_host_front_end_level(const mcuai_front_end *front_end) {
    return mcuai_front_end_level(front_end);
}

MCUAI_EXPORT int32_t mcuai_host_front_end_window(const mcuai_front_end *front_end, int8_t *output,
                                                 uint32_t output_bytes) {
    return mcuai_front_end_window(front_end, output, output_bytes);
}

/* Clips of one length, one after another, to the inputs of a model. */
MCUAI_EXPORT int32_t mcuai_host_front_end_batch(mcuai_front_end *front_end, const int16_t *clips,
                                                uint32_t clip_samples, uint32_t count,
                                                int8_t *outputs, uint32_t output_bytes) {
    mcuai_status status = MCUAI_OK;
    for (uint32_t i = 0; i < count && status == MCUAI_OK; i++) {
        mcuai_front_end_reset(front_end);
        mcuai_front_end_push(front_end, clips + (size_t)i * clip_samples, clip_samples);
        status =
            mcuai_front_end_window(front_end, outputs + (size_t)i * output_bytes, output_bytes);
    }
    return status;
}
