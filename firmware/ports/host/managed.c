/* The managed runtime on the host: its net10.0 build calls these by P/Invoke where boards have InternalCalls. */
#include "../../nanoframework/native/managed.h"
#include "../../nanoframework/native/mapping.h"

#if defined(_WIN32)
#define MCUAI_EXPORT __declspec(dllexport)
#else
#define MCUAI_EXPORT __attribute__((visibility("default")))
#endif

#define OPENED                                                                                     \
    const uint8_t *manifest, uint32_t manifest_bytes, int32_t mapping, uint8_t *arena, uint32_t arena_bytes
#define WEIGHTS uint8_t *weights, uint32_t weights_bytes, int32_t *residency, uint32_t residency_count
#define PACK                                                                                       \
    &(mcuai_managed_pack) {                                                                        \
        manifest, manifest_bytes, mapping, arena, arena_bytes, NULL, 0, NULL, 0                    \
    }
#define WHOLE_PACK                                                                                 \
    &(mcuai_managed_pack) {                                                                        \
        manifest, manifest_bytes, mapping, arena, arena_bytes, weights, weights_bytes, residency, residency_count \
    }
#define STATE uint8_t *state, uint32_t state_bytes

MCUAI_EXPORT int32_t mcuai_host_managed_status_text(int32_t status, uint8_t *text, uint32_t text_bytes) {
    return mcuai_managed_status_text(status, text, text_bytes);
}

MCUAI_EXPORT uint32_t mcuai_host_managed_crc32c(uint32_t crc, const uint8_t *data, uint32_t index, uint32_t count) {
    return mcuai_managed_crc32c(crc, data + index, count);
}

MCUAI_EXPORT int32_t mcuai_host_managed_map(const uint8_t *name, uint32_t name_bytes) {
    return mcuai_map(name, name_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_managed_mapped_bytes(int32_t mapping) {
    return mcuai_mapping_bytes(mapping);
}

MCUAI_EXPORT int32_t mcuai_host_managed_read_mapped(int32_t mapping, uint32_t offset, uint8_t *to, uint32_t index,
                                                    uint32_t count) {
    return mcuai_mapping_read(mapping, offset, to + index, count);
}

MCUAI_EXPORT int32_t mcuai_host_managed_unmap(int32_t mapping) {
    return mcuai_unmap(mapping);
}

MCUAI_EXPORT int32_t mcuai_host_managed_open(OPENED) {
    return mcuai_managed_open(PACK);
}

MCUAI_EXPORT int32_t mcuai_host_managed_check(OPENED, WEIGHTS, uint32_t index, uint32_t offset) {
    return mcuai_managed_check(WHOLE_PACK, index, offset);
}

MCUAI_EXPORT int32_t mcuai_host_managed_run(OPENED, WEIGHTS, uint32_t index, uint32_t offset, uint32_t rows) {
    return mcuai_managed_run(WHOLE_PACK, index, offset, rows);
}

MCUAI_EXPORT int32_t mcuai_host_managed_reset(OPENED) {
    return mcuai_managed_reset(PACK);
}

MCUAI_EXPORT int32_t mcuai_host_managed_spotter_bytes(OPENED) {
    return mcuai_managed_spotter_bytes(PACK);
}

MCUAI_EXPORT int32_t mcuai_host_managed_spotter_open(OPENED, STATE) {
    return mcuai_managed_spotter_open(PACK, state, state_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_managed_spotter_rate(OPENED, STATE) {
    return mcuai_managed_spotter_rate(PACK, state, state_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_managed_spotter_reset(OPENED, STATE) {
    return mcuai_managed_spotter_reset(PACK, state, state_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_managed_spotter_take(OPENED, STATE, const int16_t *samples, uint32_t index, uint32_t count,
                                                     int32_t *results) {
    return mcuai_managed_spotter_take(PACK, state, state_bytes, samples + index, count, results);
}

MCUAI_EXPORT int32_t mcuai_host_managed_spotter_judge(OPENED, STATE, int32_t *results) {
    return mcuai_managed_spotter_judge(PACK, state, state_bytes, results);
}

MCUAI_EXPORT int32_t mcuai_host_managed_detector_bytes(OPENED) {
    return mcuai_managed_detector_bytes(PACK);
}

MCUAI_EXPORT int32_t mcuai_host_managed_detector_channels(OPENED) {
    return mcuai_managed_detector_channels(PACK);
}

MCUAI_EXPORT int32_t mcuai_host_managed_detector_open(OPENED, STATE) {
    return mcuai_managed_detector_open(PACK, state, state_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_managed_detector_rate(OPENED) {
    return mcuai_managed_detector_rate(PACK);
}

MCUAI_EXPORT int32_t mcuai_host_managed_detector_reset(OPENED, STATE) {
    return mcuai_managed_detector_reset(PACK, state, state_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_managed_detector_take(OPENED, STATE, const int16_t *samples, uint32_t index, uint32_t instants,
                                                      int32_t *results) {
    return mcuai_managed_detector_take(PACK, state, state_bytes, samples + index, instants, results);
}

MCUAI_EXPORT int32_t mcuai_host_managed_detector_judge(OPENED, STATE, int32_t *results) {
    return mcuai_managed_detector_judge(PACK, state, state_bytes, results);
}

MCUAI_EXPORT int32_t mcuai_host_managed_language_open(OPENED, int32_t *sizes) {
    return mcuai_managed_language_open(PACK, sizes);
}

MCUAI_EXPORT int32_t mcuai_host_managed_language_feed(OPENED, const int32_t *tokens, uint32_t index, uint32_t count,
                                                      uint32_t position) {
    return mcuai_managed_language_feed(PACK, tokens + index, count, position);
}

MCUAI_EXPORT int32_t mcuai_host_managed_sampler_open(int32_t *sampler, uint32_t temperature, uint32_t top_k, uint32_t top_p,
                                                     uint32_t seed) {
    return mcuai_managed_sampler_open(sampler, temperature, top_k, top_p, seed);
}

MCUAI_EXPORT int32_t mcuai_host_managed_sample(OPENED, int32_t *sampler, uint32_t row, int32_t *scratch,
                                               uint32_t scratch_count) {
    return mcuai_managed_sample(PACK, sampler, row, scratch, scratch_count);
}

MCUAI_EXPORT int32_t mcuai_host_managed_tokenizer_open(OPENED, int32_t *facts) {
    return mcuai_managed_tokenizer_open(PACK, facts);
}

MCUAI_EXPORT int32_t mcuai_host_managed_encode_scratch(const uint8_t *text, uint32_t text_bytes) {
    return mcuai_managed_encode_scratch(text, text_bytes);
}

MCUAI_EXPORT int32_t mcuai_host_managed_encode(OPENED, const uint8_t *text, uint32_t text_bytes, int32_t *tokens,
                                               uint32_t token_count, int32_t *scratch, uint32_t scratch_count) {
    return mcuai_managed_encode(PACK, text, text_bytes, tokens, token_count, scratch, scratch_count);
}

MCUAI_EXPORT int32_t mcuai_host_managed_decode(OPENED, int32_t token, int32_t before, uint8_t *text, uint32_t text_bytes) {
    return mcuai_managed_decode(PACK, token, before, text, text_bytes);
}
