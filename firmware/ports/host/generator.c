/* The generator for the host, by P/Invoke. */
#include <mcuai/teller.h>

#if defined(_WIN32)
#define MCUAI_EXPORT __declspec(dllexport)
#else
#define MCUAI_EXPORT __attribute__((visibility("default")))
#endif

MCUAI_EXPORT uint32_t mcuai_host_generator_state_bytes(void) {
    return sizeof(mcuai_generator);
}

MCUAI_EXPORT int32_t mcuai_host_generator_open(mcuai_generator *generator,
                                               const mcuai_model *model) {
    return mcuai_generator_open(generator, model);
}

/* What is asked for: 0 the vocabulary, 1 the context, 2 the tokens so far, 3 those of a pass, 4 passes. */
MCUAI_EXPORT uint32_t mcuai_host_generator_number(const mcuai_generator *generator,
                                                  uint32_t which) {
    return which == 0   ? mcuai_generator_vocabulary(generator)
           : which == 1 ? mcuai_generator_context(generator)
           : which == 2 ? mcuai_generator_used(generator)
           : which == 3 ? mcuai_generator_rows(generator)
                        : mcuai_generator_passes(generator);
}

MCUAI_EXPORT void mcuai_host_generator_reset(mcuai_generator *generator) {
    mcuai_generator_reset(generator);
}

MCUAI_EXPORT int32_t mcuai_host_generator_feed(mcuai_generator *generator, const int32_t *tokens,
                                               uint32_t count) {
    return mcuai_generator_feed(generator, tokens, count);
}

MCUAI_EXPORT const int32_t *mcuai_host_generator_logits(const mcuai_generator *generator) {
    return mcuai_generator_logits(generator);
}

MCUAI_EXPORT void mcuai_host_generator_surprisal(const mcuai_generator *generator, int32_t token,
                                                 mcuai_surprisal *surprisal) {
    *surprisal = mcuai_generator_surprisal(generator, token);
}

MCUAI_EXPORT uint32_t mcuai_host_teller_state_bytes(void) {
    return sizeof(mcuai_teller);
}

MCUAI_EXPORT int32_t mcuai_host_teller_open(mcuai_teller *teller, const mcuai_teller_config *config,
                                            uint32_t prompt_count) {
    return mcuai_teller_open(teller, config, prompt_count);
}

MCUAI_EXPORT int32_t mcuai_host_teller_next(mcuai_teller *teller) {
    return mcuai_teller_next(teller);
}
