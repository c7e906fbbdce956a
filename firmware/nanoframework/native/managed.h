/* The core for a managed caller that walks the operator program itself (firmware/nanoframework): every function is one native
 * call. Arrays of managed code move when the collector compacts its heap, so nothing here keeps an address from one call to the
 * next; whatever lives longer lies in the caller's arrays and is attached anew by each call.
 *
 * Arrays are aligned to words of the CPU, which is enough for every kernel. Lengths are in elements of the arrays. Functions
 * return a mcuai_status where it is negative. The caller has checked the lengths; they are checked here once more where they
 * can be wrong without the pack being another one. */
#ifndef MCUAI_NANOFRAMEWORK_MANAGED_H
#define MCUAI_NANOFRAMEWORK_MANAGED_H

#include <mcuai/mcuai.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the parts of a pack are during one call. */
typedef struct {
    const uint8_t *manifest; /* null where the whole pack is mapped */
    uint32_t manifest_bytes;
    int32_t mapping; /* of the whole pack; negative: there is none */
    uint8_t *arena;
    uint32_t arena_bytes;
    uint8_t *weights; /* the whole pack or, with residency, the cache; null where it is mapped. For operators only */
    uint32_t weights_bytes;
    int32_t *residency; /* of a pack that is streamed, else null: see below */
    uint32_t residency_count;
} mcuai_managed_pack;

/* Of a pack that is streamed: what is in the cache. Clocks tell what the present call still needs: a shard that an operator has
 * as an input is used at its clock until the next operator; one that it asked for, at minus the other clock until it asks for
 * another one. */
enum {
    MCUAI_RESIDENCY_CLOCK,   /* of operators: the caller moves it on */
    MCUAI_RESIDENCY_DEMANDS, /* of shards on demand: moved on here */
    MCUAI_RESIDENCY_RESUME,  /* where the operator goes on: 0 at its beginning */
    MCUAI_RESIDENCY_SHARDS,  /* from here on two numbers for each shard */
    MCUAI_RESIDENCY_PLACE = 0, /* its offset in the cache, or -1 */
    MCUAI_RESIDENCY_USED,      /* when: a clock */
    MCUAI_RESIDENCY_FIELDS,
};

/* Continues `crc`, 0 at the start. */
uint32_t mcuai_managed_crc32c(uint32_t crc, const uint8_t *data, uint32_t bytes);

/* Writes the sentence of a status, without a zero at its end, and returns its bytes. */
int32_t mcuai_managed_status_text(int32_t status, uint8_t *text, uint32_t text_bytes);

/* Checks the whole manifest but for what needs an operator's constants. To be called before all of the following; only this
 * one needs no arena. */
int32_t mcuai_managed_open(const mcuai_managed_pack *pack);

/* Checks an operator, or runs it on `rows` tokens, which only language models look at. A positive number n tells that shard
 * n - 1 has to be brought to the cache before the same call is made again. `index` and `offset` are those of a record. */
int32_t mcuai_managed_check(const mcuai_managed_pack *pack, uint32_t index, uint32_t offset);
int32_t mcuai_managed_run(const mcuai_managed_pack *pack, uint32_t index, uint32_t offset, uint32_t rows);

/* Sets the state tensors back. */
int32_t mcuai_managed_reset(const mcuai_managed_pack *pack);

/* The keyword spotter. Its state is an array of the bytes that the first function tells; results are those of an event. */
enum { MCUAI_SPOTTER_READY, MCUAI_SPOTTER_LABEL, MCUAI_SPOTTER_SCORE, MCUAI_SPOTTER_TIME, MCUAI_SPOTTER_RESULTS };
int32_t mcuai_managed_spotter_bytes(const mcuai_managed_pack *pack);
int32_t mcuai_managed_spotter_open(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes);
int32_t mcuai_managed_spotter_rate(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes);
int32_t mcuai_managed_spotter_reset(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes);
int32_t mcuai_managed_spotter_take(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes, const int16_t *samples,
                                   uint32_t count, int32_t *results);
int32_t mcuai_managed_spotter_judge(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes, int32_t *results);

/* The anomaly detector. `take` takes instants, one sample of each channel, until a frame is complete, and returns how many. */
enum {
    MCUAI_DETECTOR_READY,
    MCUAI_DETECTOR_FRAME,
    MCUAI_DETECTOR_SCORED,
    MCUAI_DETECTOR_SCORE,
    MCUAI_DETECTOR_ALARM,
    MCUAI_DETECTOR_EVENT,
    MCUAI_DETECTOR_RESULTS,
};
int32_t mcuai_managed_detector_bytes(const mcuai_managed_pack *pack);
int32_t mcuai_managed_detector_channels(const mcuai_managed_pack *pack);
int32_t mcuai_managed_detector_open(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes);
int32_t mcuai_managed_detector_rate(const mcuai_managed_pack *pack); /* mHz */
int32_t mcuai_managed_detector_reset(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes);
int32_t mcuai_managed_detector_take(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes, const int16_t *samples,
                                    uint32_t instants, int32_t *results);
int32_t mcuai_managed_detector_judge(const mcuai_managed_pack *pack, void *state, uint32_t state_bytes, int32_t *results);

/* Language models: [tokens of a pass, vocabulary, context]. */
enum { MCUAI_LANGUAGE_ROWS, MCUAI_LANGUAGE_VOCABULARY, MCUAI_LANGUAGE_CONTEXT, MCUAI_LANGUAGE_SIZES };
int32_t mcuai_managed_language_open(const mcuai_managed_pack *pack, int32_t *sizes);

/* Writes the inputs: tokens, all of which are in the vocabulary, and the first one's position. */
int32_t mcuai_managed_language_feed(const mcuai_managed_pack *pack, const int32_t *tokens, uint32_t count, uint32_t position);

/* [factor, exponent, top-k, top-p, random]: a mcuai_sampler. */
enum { MCUAI_SAMPLER_FIELDS = 5 };
int32_t mcuai_managed_sampler_open(int32_t *sampler, uint32_t temperature, uint32_t top_k, uint32_t top_p, uint32_t seed);

/* Chooses the token after row `row` of the last pass; scratch has 2 numbers for each token of the vocabulary where top-k or
 * top-p are used. */
int32_t mcuai_managed_sample(const mcuai_managed_pack *pack, int32_t *sampler, uint32_t row, int32_t *scratch,
                             uint32_t scratch_count);

/* [tokens, the token with which a text begins, with which it ends; negative: none]. */
enum { MCUAI_TOKENIZER_COUNT, MCUAI_TOKENIZER_BEGIN, MCUAI_TOKENIZER_END, MCUAI_TOKENIZER_FACTS };
int32_t mcuai_managed_tokenizer_open(const mcuai_managed_pack *pack, int32_t *facts);

/* Numbers of scratch that mcuai_managed_encode takes for a text. */
int32_t mcuai_managed_encode_scratch(const uint8_t *text, uint32_t text_bytes);
int32_t mcuai_managed_encode(const mcuai_managed_pack *pack, const uint8_t *text, uint32_t text_bytes, int32_t *tokens,
                             uint32_t token_count, int32_t *scratch, uint32_t scratch_count);

/* Writes what a token adds to the text and returns its bytes. */
int32_t mcuai_managed_decode(const mcuai_managed_pack *pack, int32_t token, int32_t before, uint8_t *text, uint32_t text_bytes);

#ifdef __cplusplus
}
#endif

#endif
