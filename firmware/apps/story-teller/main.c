/* Tells a story: goes on from a prompt, token by token, and writes the text on the console.
 *
 * An emulator's loader or the flasher puts a block behind the image: u32 magic 'TSKI', u32 1, u32
 * bytes, u32 0, then a request (below) and its text or tokens. Then every piece of text is a line
 * of its own, `mcuai text HEX`, with the ticks of the model, `mcuai ticks NUMBER TICKS`, and `mcuai
 * tokens COUNT` and `mcuai passes COUNT` at the end. A request may also ask how well tokens are foreseen: `mcuai output HEX`
 * with a u32 distance and a u64 sum for each (mcuai/generator.h).
 *
 * Without a block it tells a story from the beginning, as plain text.
 *
 * When a story is told, a press of the board's button has it tell another: each has a seed of one
 * more. */
#include <mcuai/store.h>
#include <mcuai/teller.h>

#include <stdbool.h>

#include "button.h"
#include "pack.h"
#include "port.h"
#include "report.h"

enum { TELL = 0, FORESEE = 1 };
enum { MOST_TOKENS = 1024 };

typedef struct {
    uint32_t task;   /* TELL or FORESEE */
    uint32_t tokens; /* to tell, or of which each is foreseen from those before it */
    uint32_t temperature, top_k, top_p, seed;
    uint32_t text_bytes; /* of the prompt */
    uint32_t draft;      /* tokens to guess */
    uint8_t data[]; /* the prompt in UTF-8, or the tokens, int32 */
} request;

typedef struct {
    uint32_t magic, count, bytes, reserved;
    request request;
} request_block;

#define MAGIC UINT32_C(0x494B5354)

extern const request_block mcuai_inputs;

static mcuai_model model;
static struct mcuai_store *store;
static mcuai_generator generator;
static mcuai_tokenizer tokenizer;
static mcuai_sampler sampler;
static mcuai_teller teller;
static int32_t told[MOST_TOKENS];
static bool is_plain;
static uint32_t stories; /* told */

/* What the model took since `start`, and choosing a token. */
static void report_ticks(uint64_t start) {
    const uint64_t ticks = mcuai_port_ticks() - start;
    if (!is_plain)
        report_pair("ticks", mcuai_generator_used(&generator), (int64_t)ticks);
}

static void show(int32_t token, int32_t before) {
    uint32_t bytes;
    const uint8_t *text = mcuai_decode(&tokenizer, token, before, &bytes);
    if (is_plain) {
        mcuai_port_write((const char *)text, bytes);
        return;
    }
    report_word("mcuai text");
    report_hex(text, bytes);
    report_end();
}

/* The prompt's tokens behind the one of the beginning; returns how many there are, or an error. */
static int32_t take_prompt(const request *asked) {
    const int32_t begin = mcuai_tokenizer_begin(&tokenizer);
    const uint32_t first = begin >= 0;
    if (first)
        told[0] = begin;
    const int32_t count =
        mcuai_encode(&tokenizer, asked->data, asked->text_bytes, told + first,
                     MOST_TOKENS - first, mcuai_pack_story, mcuai_pack_story_bytes);
    return count < 0 ? count : count + (int32_t)first;
}

/* Until the text ends, the tokens are made or there is no room for more. */
static mcuai_status go_on(uint32_t tokens, int32_t last) {
    for (uint32_t i = 0; i < tokens; i++) {
        const uint64_t start = mcuai_port_ticks_edge();
        const int32_t next = mcuai_teller_next(&teller);
        report_ticks(start);
        if (next == MCUAI_ERROR_CONTEXT || next == MCUAI_ERROR_BUFFER)
            return MCUAI_OK;
        if (next < 0)
            return (mcuai_status)next;
        if (next == mcuai_tokenizer_end(&tokenizer) || next == mcuai_tokenizer_begin(&tokenizer))
            return MCUAI_OK;
        show(next, last);
        last = next;
    }
    return MCUAI_OK;
}

static mcuai_status tell(const request *asked) {
    mcuai_status status = mcuai_sampler_open(&sampler, asked->temperature, asked->top_k,
                                             asked->top_p, asked->seed + stories);
    if (status != MCUAI_OK)
        return status;
    const int32_t count = take_prompt(asked);
    if (count <= 0)
        return count < 0 ? (mcuai_status)count : MCUAI_ERROR_ARGUMENT;
    for (int32_t i = mcuai_tokenizer_begin(&tokenizer) >= 0; i < count; i++)
        show(told[i], i > 0 ? told[i - 1] : -1);
    const mcuai_teller_config config = {
        .generator = &generator,
        .sampler = &sampler,
        .tokens = told,
        .most_tokens = MOST_TOKENS,
        .draft = asked->draft,
        .scratch = mcuai_pack_story,
        .scratch_bytes = mcuai_pack_story_bytes,
    };
    const uint64_t start = mcuai_port_ticks_edge();
    status = mcuai_teller_open(&teller, &config, (uint32_t)count);
    report_ticks(start);
    return status == MCUAI_OK ? go_on(asked->tokens, told[count - 1]) : status;
}

static mcuai_status foresee(const request *asked) {
    const int32_t *tokens = (const int32_t *)(const void *)asked->data;
    for (uint32_t i = 0; i + 1 < asked->tokens; i++) {
        const uint64_t start = mcuai_port_ticks_edge();
        const mcuai_status status = mcuai_generator_feed(&generator, &tokens[i], 1);
        report_ticks(start);
        if (status != MCUAI_OK)
            return status;
        if ((uint32_t)tokens[i + 1] >= mcuai_generator_vocabulary(&generator))
            return MCUAI_ERROR_ARGUMENT;
        const mcuai_surprisal surprisal = mcuai_generator_surprisal(&generator, tokens[i + 1]);
        const uint32_t words[3] = {surprisal.distance, (uint32_t)surprisal.sum,
                                   (uint32_t)(surprisal.sum >> 32)};
        report_word("mcuai output");
        report_hex((const uint8_t *)words, sizeof words);
        report_end();
    }
    return MCUAI_OK;
}

/* `mcuai stream BYTES READS HITS STALLS REPEATS` so far, where weights are streamed. */
static void report_stream(void) {
    if (!store || is_plain)
        return;
    const mcuai_store_statistics counts = mcuai_store_counts(store);
    report_word("mcuai stream");
    report_number((int64_t)counts.bytes);
    report_number(counts.reads);
    report_number(counts.hits);
    report_number(counts.stalls);
    report_number(counts.repeats);
    report_end();
}

static mcuai_status open(void) {
    store = mcuai_pack_store();
    mcuai_status status = mcuai_pack_open(&model, store, NULL);
    if (status != MCUAI_OK)
        return status;
    uint32_t bytes = 0;
    const void *record = mcuai_metadata(&model, "tokenizer", &bytes);
    status = mcuai_tokenizer_open(&tokenizer, record, bytes);
    return status == MCUAI_OK ? mcuai_generator_open(&generator, &model) : status;
}

static mcuai_status run(void) {
    static const request unasked = {
        .task = TELL, .tokens = UINT32_MAX, .temperature = 1 << 16, .top_p = 1 << 16, .seed = 1};
    is_plain = mcuai_inputs.magic != MAGIC;
    const request *asked = is_plain ? &unasked : &mcuai_inputs.request;
    mcuai_status status = open();
    if (status != MCUAI_OK)
        return status;
    if (!is_plain)
        report_figure("arena", mcuai_pack_arena_bytes);
    report_stream();
    status = asked->task == TELL ? tell(asked) : foresee(asked);
    report_stream();
    report_figure("tokens", mcuai_generator_used(&generator));
    report_figure("passes", mcuai_generator_passes(&generator));
    report_figure("stack", mcuai_port_stack_used());
    return status;
}

static void tell_once(void) {
    const mcuai_status status = run();
    if (store && (status == MCUAI_ERROR_SHARD || status == MCUAI_ERROR_READ))
        report_figure("shard", (uint32_t)mcuai_damaged_shard(store));
    report_done(status, NULL);
}

int main(void) {
    mcuai_port_stack_paint();
    mcuai_port_ticks_start();
    for (;; stories++) {
        tell_once();
        button_wait();
    }
}
