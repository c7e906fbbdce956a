#include <mcuai/generator.h>

#include "../src/manifest.h"
#include "functions.h"

enum { TOKENS, POSITION };
enum { LOGITS, AHEAD };
enum { KEYS = 6 }; /* input of attention */

static bool is_int32(const mcuai_tensor *tensor, int32_t rows) {
    return tensor->data && tensor->type == MCUAI_INT32 && tensor->dims[0] == 1 &&
           tensor->dims[1] == 1 && tensor->dims[2] == rows;
}

/* The shortest context of all layers' attention; 0 if there is none. */
static uint32_t context_of(const mcuai_model *model) {
    uint32_t offset = 0, context = 0;
    for (uint32_t i = 0; i < model->operator_count; i++) {
        const mcuai_operator_record *record = mcuai_operator_record_at(model, offset);
        if (record->opcode == MCUAI_ATTENTION) {
            const mcuai_tensor_record *keys = &mcuai_tensor_records(model)[record->tensors[KEYS]];
            const uint32_t lines = (uint32_t)keys->dims[2];
            context = context == 0 || lines < context ? lines : context;
        }
        offset += mcuai_operator_bytes(record);
    }
    return context;
}

mcuai_status mcuai_generator_open(mcuai_generator *generator, const mcuai_model *model) {
    if (!generator || !model || !model->tensors)
        return MCUAI_ERROR_ARGUMENT;
    const mcuai_tensor tokens = mcuai_input(model, TOKENS), position = mcuai_input(model, POSITION);
    const mcuai_tensor logits = mcuai_output(model, 0), ahead = mcuai_output(model, AHEAD);
    const uint32_t context = context_of(model);
    if (model->input_count != 2 || model->output_count > 1 + AHEAD || context == 0 ||
        !is_int32(&tokens, 1) || !is_int32(&position, 1) || position.dims[3] != 1 ||
        !is_int32(&logits, tokens.dims[3]) ||
        (ahead.data && (!is_int32(&ahead, tokens.dims[3]) || ahead.dims[3] != logits.dims[3])))
        return MCUAI_ERROR_LANGUAGE;
    *generator = (mcuai_generator){
        .model = model,
        .rows = (uint32_t)tokens.dims[3],
        .vocabulary = (uint32_t)logits.dims[3],
        .context = context,
    };
    return MCUAI_OK;
}

uint32_t mcuai_generator_vocabulary(const mcuai_generator *generator) {
    return generator->vocabulary;
}

uint32_t mcuai_generator_context(const mcuai_generator *generator) {
    return generator->context;
}

uint32_t mcuai_generator_used(const mcuai_generator *generator) {
    return generator->used;
}

uint32_t mcuai_generator_rows(const mcuai_generator *generator) {
    return generator->rows;
}

uint32_t mcuai_generator_passes(const mcuai_generator *generator) {
    return generator->passes;
}

void mcuai_generator_rewind(mcuai_generator *generator, uint32_t used) {
    if (used < generator->used)
        generator->used = used;
}

void mcuai_generator_reset(mcuai_generator *generator) {
    generator->used = generator->last = generator->passes = 0;
    mcuai_reset(generator->model);
}

static mcuai_status feed_rows(mcuai_generator *generator, const int32_t *tokens, uint32_t count) {
    int32_t *inputs = mcuai_input(generator->model, TOKENS).data;
    for (uint32_t i = 0; i < count; i++)
        inputs[i] = tokens[i];
    *(int32_t *)mcuai_input(generator->model, POSITION).data = (int32_t)generator->used;
    const mcuai_status status = mcuai_invoke_rows(generator->model, count);
    if (status == MCUAI_OK) {
        generator->used += count;
        generator->last = count - 1;
        generator->passes++;
    }
    return status;
}

mcuai_status mcuai_generator_feed(mcuai_generator *generator, const int32_t *tokens,
                                  uint32_t count) {
    if (count == 0)
        return MCUAI_ERROR_ARGUMENT;
    if (count > generator->context - generator->used)
        return MCUAI_ERROR_CONTEXT;
    for (uint32_t i = 0; i < count; i++)
        if ((uint32_t)tokens[i] >= generator->vocabulary)
            return MCUAI_ERROR_ARGUMENT;
    mcuai_status status = MCUAI_OK;
    while (count > 0 && status == MCUAI_OK) {
        const uint32_t rows = count < generator->rows ? count : generator->rows;
        status = feed_rows(generator, tokens, rows);
        tokens += rows;
        count -= rows;
    }
    return status;
}

/* A row of an output; null where there is none. */
static const int32_t *row_of(const mcuai_generator *generator, uint32_t output, uint32_t row) {
    const int32_t *rows = mcuai_output(generator->model, output).data;
    return rows && generator->passes > 0 && row <= generator->last
               ? rows + (size_t)row * generator->vocabulary
               : NULL;
}

const int32_t *mcuai_generator_logits_of(const mcuai_generator *generator, uint32_t row) {
    return row_of(generator, LOGITS, row);
}

const int32_t *mcuai_generator_ahead_of(const mcuai_generator *generator, uint32_t row) {
    return row_of(generator, AHEAD, row);
}

const int32_t *mcuai_generator_logits(const mcuai_generator *generator) {
    return mcuai_generator_logits_of(generator, generator->last);
}

mcuai_surprisal mcuai_generator_surprisal(const mcuai_generator *generator, int32_t token) {
    const int32_t *logits = mcuai_generator_logits(generator);
    if (!logits)
        return (mcuai_surprisal){0, 0};
    int32_t greatest = logits[0];
    for (uint32_t i = 1; i < generator->vocabulary; i++)
        greatest = logits[i] > greatest ? logits[i] : greatest;
    mcuai_surprisal surprisal = {(uint32_t)greatest - (uint32_t)logits[token], 0};
    for (uint32_t i = 0; i < generator->vocabulary; i++)
        surprisal.sum += mcuai_exp2(mcuai_log2_units((uint32_t)greatest - (uint32_t)logits[i]));
    return surprisal;
}
