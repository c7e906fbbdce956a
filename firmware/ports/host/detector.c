/* The anomaly detector for the host: training calls it by P/Invoke, so that models learn from the
 * features that boards make, and thresholds are those of the boards' scores. */
#include <mcuai/anomaly.h>

#if defined(_WIN32)
#define MCUAI_EXPORT __declspec(dllexport)
#else
#define MCUAI_EXPORT __attribute__((visibility("default")))
#endif

MCUAI_EXPORT uint32_t mcuai_host_detector_state_bytes(void) {
    return sizeof(mcuai_detector);
}

MCUAI_EXPORT int32_t mcuai_host_detector_bytes(const void *tables, uint32_t table_bytes) {
    return mcuai_detector_bytes(tables, table_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_detector_open(mcuai_detector *detector, const void *tables,
                                              uint32_t table_bytes, const mcuai_model *model,
                                              void *memory, uint32_t memory_bytes) {
    return mcuai_detector_open(detector, tables, table_bytes, model, memory, memory_bytes);
}

MCUAI_EXPORT void mcuai_host_detector_reset(mcuai_detector *detector) {
    mcuai_detector_reset(detector);
}

/* Samples of all channels, instant after instant. Writes the features and the decision of each
 * frame that they complete, and returns the number of these, or an error. `features` may be null.
 */
MCUAI_EXPORT int32_t mcuai_host_detector_run(mcuai_detector *detector, const int16_t *samples,
                                             uint32_t instants, uint32_t channels,
                                             uint32_t features_of_frame, int16_t *features,
                                             mcuai_detection *detections) {
    int32_t frames = 0;
    for (uint32_t i = 0; i < instants; i++) {
        mcuai_detection detection;
        const mcuai_status status =
            mcuai_detector_push(detector, samples + (size_t)i * channels, &detection);
        if (status != MCUAI_OK)
            return status;
        if (!detection.frame)
            continue;
        const int16_t *newest = mcuai_detector_features(detector);
        for (uint32_t f = 0; features && f < features_of_frame; f++)
            features[(size_t)frames * features_of_frame + f] = newest[f];
        detections[frames++] = detection;
    }
    return frames;
}
