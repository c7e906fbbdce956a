#include "language_nodes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t seed = 1;

uint32_t random_word(void) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

int32_t random_size(int32_t most) {
    return 1 + (int32_t)(random_word() % (uint32_t)most);
}

double random_real(void) {
    return random_word() / 2147483648.0 - 1;
}

static void *block(operator_case *c, size_t bytes) {
    void *memory = malloc(bytes);
    if (!memory || c->block_count == 96) {
        fprintf(stderr, "language_driver: no memory\n");
        exit(1);
    }
    memset(memory, 0xA5, bytes);
    c->blocks[c->block_count++] = memory;
    return memory;
}

void case_begin(operator_case *c, const mcuai_operator *operator) {
    memset(c, 0, sizeof *c);
    c->operator= operator;
    c->node.opcode = operator->opcode;
    c->node.kernels = operator->kernels;
    c->node.parameters = c->parameters;
    c->node.rows = UINT32_MAX;
    c->node.model = &c->model;
    c->node.status = &c->status;
    c->model.tensors = (const uint8_t *)c->records;
    c->model.shards = (const uint8_t *)c->shards;
}

void case_end(operator_case *c) {
    for (int i = 0; i < c->block_count; i++)
        free(c->blocks[i]);
}

static uint32_t bytes_of(mcuai_type type) {
    return type == MCUAI_INT32 ? 4 : type == MCUAI_INT16 ? 2 : 1;
}

static mcuai_tensor tensor_of(operator_case *c, mcuai_type type, int32_t rows, int32_t width,
                              uint32_t bytes) {
    return (mcuai_tensor){.data = block(c, bytes),
                          .bytes = bytes,
                          .dims = {1, 1, rows, width},
                          .type = (uint8_t)type,
                          .rank = 2};
}

void *case_tensor(operator_case *c, mcuai_type type, int32_t rows, int32_t width, uint32_t bytes,
                  int constant) {
    mcuai_tensor *tensor = &c->node.tensors[c->node.input_count++];
    *tensor =
        tensor_of(c, type, rows, width, bytes ? bytes : bytes_of(type) * (uint32_t)(rows * width));
    tensor->is_constant = constant != 0;
    return tensor->data;
}

static int32_t *fill(int32_t *x, int32_t count, double magnitude) {
    for (int32_t i = 0; i < count; i++)
        x[i] = (int32_t)(random_real() * magnitude * 65536);
    return x;
}

int32_t *case_values(operator_case *c, int32_t rows, int32_t width, double magnitude) {
    return fill(case_tensor(c, MCUAI_INT32, rows, width, 0, 0), rows * width, magnitude);
}

int32_t *case_constants(operator_case *c, int32_t width, double magnitude) {
    return fill(case_tensor(c, MCUAI_INT32, 1, width, 0, 1), width, magnitude);
}

void case_absent(operator_case *c) {
    c->node.tensors[c->node.input_count++].data = NULL;
}

static uint32_t bits_of(mcuai_type type) {
    return type == MCUAI_INT8 ? 8 : type == MCUAI_INT4 ? 4 : 2;
}

/* Where the multipliers and the weights begin, and the end. */
static void offsets_of(mcuai_type type, int32_t rows, int32_t depth, int32_t group,
                       uint32_t offsets[3]) {
    const uint32_t groups = group ? ((uint32_t)depth + (uint32_t)group - 1) / (uint32_t)group : 0;
    offsets[0] = 8 * (uint32_t)rows;
    offsets[1] = offsets[0] + ((uint32_t)rows * groups + 3) / 4 * 4;
    offsets[2] = offsets[1] + (uint32_t)rows * (((uint32_t)depth * bits_of(type) + 7) / 8);
}

static void fill_matrix(uint8_t *blob, mcuai_type type, int32_t rows, int32_t depth,
                        int32_t group) {
    uint32_t offsets[3];
    offsets_of(type, rows, depth, group, offsets);
    for (uint32_t i = 0; i < offsets[2]; i++)
        blob[i] = (uint8_t)random_word();
    for (int32_t row = 0; row < rows; row++) { /* about 2^-9, or 2^-16 beside multipliers */
        const int32_t mantissa = (1 << 30) | (int32_t)(random_word() >> 2);
        memcpy(blob + 8 * row, &mantissa, 4);
        blob[8 * row + 4] = (uint8_t)((group ? -15 : -8) + (type == MCUAI_INT8 ? 0 : 4));
        memset(blob + 8 * row + 5, 0, 3);
    }
    for (uint32_t i = offsets[0]; i < offsets[2];
         i++) /* no multiplier or weight is the least number */
        if (i < offsets[1] || type == MCUAI_INT8)
            blob[i] = blob[i] == 0x80 ? 0x81 : blob[i];
        else if (type == MCUAI_INT4)
            blob[i] = (uint8_t)((blob[i] & 15) == 8 ? blob[i] ^ 1 : blob[i]),
            blob[i] = (uint8_t)(blob[i] >> 4 == 8 ? blob[i] ^ 16 : blob[i]);
}

double matrix_value(const uint8_t *blob, mcuai_type type, int32_t rows, int32_t depth,
                    int32_t group, int32_t row, int32_t k) {
    uint32_t offsets[3];
    offsets_of(type, rows, depth, group, offsets);
    const int32_t groups = group ? (depth + group - 1) / group : 0, bits = (int32_t)bits_of(type);
    const int32_t multiplier =
        group ? (int8_t)blob[offsets[0] + (uint32_t)(row * groups + k / group)] : 1;
    const int32_t byte =
        blob[offsets[1] + (uint32_t)(row * ((depth * bits + 7) / 8) + k * bits / 8)];
    const int32_t field = byte >> (k * bits % 8) & ((1 << bits) - 1);
    const int32_t weight = type == MCUAI_INT2         ? 2 * field - 3
                           : field >= 1 << (bits - 1) ? field - (1 << bits)
                                                      : field;
    int32_t mantissa;
    memcpy(&mantissa, blob + 8 * row, 4);
    return ldexp((double)weight * multiplier * mantissa, (int8_t)blob[8 * row + 4] - 31);
}

uint8_t *case_matrix(operator_case *c, mcuai_type type, int32_t rows, int32_t depth,
                     int32_t group) {
    uint32_t offsets[3];
    offsets_of(type, rows, depth, group, offsets);
    uint8_t *blob = case_tensor(c, type, rows, depth, offsets[2], 1);
    fill_matrix(blob, type, rows, depth, group);
    return blob;
}

/* The shard of a blob is the number of its block, which the store of these cases finds. */
uint8_t *case_hidden_matrix(operator_case *c, mcuai_type type, int32_t rows, int32_t depth,
                            int32_t group) {
    uint32_t offsets[3];
    offsets_of(type, rows, depth, group, offsets);
    uint8_t *blob = block(c, offsets[2]);
    fill_matrix(blob, type, rows, depth, group);
    const uint16_t number = c->model.tensor_count++;
    c->shards[number] =
        (mcuai_shard_record){.offset = (uint32_t)(c->block_count - 1), .bytes = offsets[2]};
    c->records[number] = (mcuai_tensor_record){.type = (uint8_t)type,
                                               .rank = 2,
                                               .place = MCUAI_PLACE_SHARD,
                                               .dims = {1, 1, rows, depth},
                                               .bytes = offsets[2],
                                               .shard = number};
    return blob;
}

int32_t *case_output(operator_case *c, int32_t rows, int32_t width) {
    mcuai_tensor *tensor = &c->node.tensors[c->node.input_count];
    c->node.output_count = 1;
    *tensor = tensor_of(c, MCUAI_INT32, rows, width, 4 * (uint32_t)(rows * width));
    return tensor->data;
}

void case_output_as_input(operator_case *c, int32_t input) {
    c->node.tensors[c->node.input_count] = c->node.tensors[input];
    c->node.output_count = 1;
}

void case_scratch(operator_case *c, uint32_t bytes) {
    c->node.scratch_bytes = (bytes + 15) / 16 * 16;
    c->node.scratch = block(c, c->node.scratch_bytes);
}

void case_parameters(operator_case *c, int32_t count, const int32_t *values) {
    c->node.parameter_count = (uint8_t)count;
    memcpy(c->parameters, values, sizeof *values * (size_t)count);
}

static mcuai_status demand(mcuai_store *store, const mcuai_model *model, uint32_t shard,
                           uint8_t **data) {
    const operator_case *c = store->config.context;
    *data = c->blocks[((const mcuai_shard_record *)(const void *)model->shards)[shard].offset];
    return MCUAI_OK;
}

static void forget(mcuai_store *store) {
    (void)store;
}

static void expect(mcuai_store *store, const mcuai_model *model, uint32_t shard) {
    (void)store;
    (void)model;
    (void)shard;
}

static void prepare(operator_case *c) {
    static const struct mcuai_store_functions functions = {
        .demand = demand, .forget = forget, .expect = expect};
    c->store.functions = &functions;
    c->store.config.context = c;
    c->model.config.store = &c->store;
}

void case_run(operator_case *c) {
    prepare(c);
    if (!c->operator->check(&c->node)) {
        fprintf(stderr, "language_driver: operator %u refuses a case\n", c->node.opcode);
        exit(1);
    }
    c->operator->evaluate(&c->node);
    if (c->status != MCUAI_OK) {
        fprintf(stderr, "language_driver: operator %u: %s\n", c->node.opcode,
                mcuai_status_text(c->status));
        exit(1);
    }
}

static void damage(void *memory, uint32_t bytes) {
    static const uint32_t extremes[] = {0x80000000, 0x7FFFFFFF, 0xFFFFFFFF,
                                        0,          0x80808080, 0x7F7F7F7F};
    const uint32_t kind = random_word() % 3;
    for (uint32_t i = 0; i < bytes; i++) {
        const uint32_t word = kind == 0 ? random_word() : extremes[(i / 4 * 7 + kind) % 6];
        ((uint8_t *)memory)[i] = (uint8_t)(kind == 0 ? word : word >> i % 4 * 8);
    }
}

/* Sometimes lays the scratch or the output over an input, as the arena of a hostile pack can. */
static void overlap(mcuai_node *node) {
    const mcuai_tensor *input = &node->tensors[random_word() % node->input_count];
    mcuai_tensor *output = &node->tensors[node->input_count];
    if (!input->data || input->is_constant)
        return;
    if (input->bytes >= node->scratch_bytes && random_word() % 2)
        node->scratch = input->data;
    if (input->bytes >= output->bytes && random_word() % 2)
        output->data = input->data;
}

int case_damage(operator_case *c) {
    static const int32_t extremes[] = {INT32_MIN, INT32_MAX, -1, 0,  1,   2,       8,
                                       15,        22,        31, 64, -64, 1 << 30, 65535};
    const mcuai_node *node = &c->node;
    for (uint32_t i = 0; i < (uint32_t)node->input_count + node->output_count; i++)
        if (node->tensors[i].data && random_word() % 2)
            damage(node->tensors[i].data, node->tensors[i].bytes);
    for (uint32_t i = 0; i < c->model.tensor_count; i++)
        damage(c->blocks[c->shards[i].offset], c->shards[i].bytes);
    if (node->parameter_count && random_word() % 2)
        c->parameters[random_word() % node->parameter_count] = extremes[random_word() % 14];
    if (random_word() % 4 == 0)
        overlap(&c->node);
    prepare(c);
    if (!c->operator->check(&c->node))
        return 0;
    c->node.rows = random_word() % 4 ? UINT32_MAX : 1;
    c->operator->evaluate(&c->node);
    return 1;
}
