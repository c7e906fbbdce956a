/* The decimation of PDM for the host, where tests compare it with real numbers. */
#include "../pdm/decimator.h"

#if defined(_WIN32)
#define MCUAI_EXPORT __declspec(dllexport)
#else
#define MCUAI_EXPORT __attribute__((visibility("default")))
#endif

MCUAI_EXPORT uint32_t mcuai_host_pdm_bytes(void) {
    return sizeof(pdm_decimator);
}

MCUAI_EXPORT void mcuai_host_pdm_start(pdm_decimator *decimator, uint32_t cic_factor) {
    pdm_start(decimator, cic_factor);
}

MCUAI_EXPORT uint32_t mcuai_host_pdm_decimate(pdm_decimator *decimator, const uint16_t *words,
                                              uint32_t count, int16_t *samples) {
    return pdm_decimate(decimator, words, count, samples);
}
