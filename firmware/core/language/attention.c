/* attention: q int32 [T,H*D1] and its second part [T,H*D2] or absent; k int32 [T,G*D1] and its
 * second part [T,G*D2] or absent; v int32 [T,G*V] or absent; position int32 [1]; keys int8
 * [C,G*(D1+D2)], state; values int8 [C,G*V], state, absent without v; scales int16 [S,C], state;
 * output int32 [T,H*V]. Parameters H, G, fraction bits of keys, of values, factor of scores times
 * log2(e) (mantissa, exponent). Scratch: 8 * C + 4 * (D1 + D2 + V) bytes, rounded up to a multiple
 * of 16. docs/transformer-arithmetic.md, "Attention". */
#include "attention.h"
#include "cache.h"
#include "functions.h"
#include "rows.h"
#include "vector.h"

enum { Q, Q2, K, K2, V, POSITION, KEYS, VALUES, SCALES, INPUTS };

/* A line of keys holds the first parts of all heads, then the second parts. */

static bool state_ok(const mcuai_tensor *state, mcuai_type type, int32_t rows, uint64_t width) {
    return state->data && mcuai_plain_of(state, type) && !state->is_constant &&
           state->dims[0] == 1 && state->dims[1] == 1 && state->dims[2] == rows &&
           (uint64_t)state->dims[3] == width;
}

/* Whether the tensor is int32 [rows, heads * W]. */
static bool heads_ok(const mcuai_tensor *tensor, int32_t rows, int32_t heads) {
    return tensor->data && mcuai_is_rows(tensor, rows, (uint32_t)tensor->dims[3]) &&
           tensor->dims[3] % heads == 0;
}

/* One part of queries and keys; sets its width. */
static bool part_ok(const mcuai_node *node, uint32_t q, uint32_t k, int32_t *width) {
    const int32_t rows = mcuai_node_output(node, 0)->dims[2];
    const int32_t heads = node->parameters[0], groups = node->parameters[1];
    const mcuai_tensor *keys = mcuai_node_input(node, k), *queries = mcuai_node_input(node, q);
    if (!heads_ok(keys, rows, groups) || !heads_ok(queries, rows, heads))
        return false;
    *width = keys->dims[3] / groups;
    return *width <= 1023 && *width == queries->dims[3] / heads;
}

static bool parameters_ok(const mcuai_node *node) {
    const int32_t *p = node->parameters;
    return node->input_count == INPUTS && node->output_count == 1 && node->parameter_count == 6 &&
           p[0] >= 1 && p[1] >= 1 && p[0] % p[1] == 0 && mcuai_in_range(p[2], 8, 22) &&
           mcuai_in_range(p[3], 8, 22) && mcuai_real_ok(p[4], p[5]);
}

bool mcuai_attention_check(const mcuai_node *node) {
    if (!parameters_ok(node))
        return false;
    const mcuai_tensor *in = node->tensors, *y = mcuai_node_output(node, 0);
    const int32_t rows = y->dims[2], groups = node->parameters[1];
    int32_t first, second = 0;
    if (!part_ok(node, Q, K, &first) || !in[Q2].data != !in[K2].data ||
        (in[K2].data && !part_ok(node, Q2, K2, &second)) || !in[KEYS].data)
        return false;
    const bool latent = !in[V].data;
    if (latent ? groups != 1 || in[VALUES].data : !heads_ok(&in[V], rows, groups))
        return false;
    const int32_t width = latent ? first : in[V].dims[3] / groups, context = in[KEYS].dims[2];
    const uint64_t line = (uint64_t)(uint32_t)groups * (uint32_t)(first + second);
    const uint64_t scratch = UINT64_C(8) * (uint32_t)context +
                             UINT64_C(4) * (uint32_t)(first + second) +
                             UINT64_C(4) * (uint32_t)width;
    return in[POSITION].data && mcuai_is_rows(&in[POSITION], 1, 1) && context <= UINT16_MAX &&
           state_ok(&in[KEYS], MCUAI_INT8, context, line) &&
           (latent || state_ok(&in[VALUES], MCUAI_INT8, context, (uint32_t)in[V].dims[3])) &&
           state_ok(&in[SCALES], MCUAI_INT16, 1 + (second != 0) + !latent, (uint32_t)context) &&
           mcuai_is_rows(y, rows, (uint64_t)(uint32_t)node->parameters[0] * (uint32_t)width) &&
           node->scratch_bytes >= mcuai_round16(scratch);
}

mcuai_attention mcuai_attention_of(const mcuai_node *node) {
    const mcuai_tensor *in = node->tensors;
    const int32_t *p = node->parameters;
    const uint32_t groups = (uint32_t)p[1], context = (uint32_t)in[KEYS].dims[2];
    mcuai_attention a = {
        .q = in[Q].data,
        .k = in[K].data,
        .keys = in[KEYS].data,
        .scales = in[SCALES].data,
        .heads = (uint32_t)p[0],
        .groups = groups,
        .first = (uint32_t)in[K].dims[3] / groups,
        .context = context,
        .key_fraction = p[2],
        .value_fraction = p[2],
        .factor = {p[4], p[5]},
        .scores = node->scratch,
    };
    a.width = a.first;
    a.values = a.keys;
    a.value_scales = a.scales;
    if (in[K2].data) {
        a.q2 = in[Q2].data;
        a.k2 = in[K2].data;
        a.second = (uint32_t)in[K2].dims[3] / groups;
        a.scales2 = a.scales + context;
    }
    if (in[V].data) {
        a.v = in[V].data;
        a.width = (uint32_t)in[V].dims[3] / groups;
        a.values = in[VALUES].data;
        a.value_fraction = p[3];
        a.value_scales = a.scales + (in[K2].data ? 2 : 1) * (size_t)context;
    }
    a.weights = (int16_t *)(a.scores + context);
    a.sums = a.scores + 2 * (size_t)context;
    a.query = (int16_t *)(a.sums + a.width);
    return a;
}

static uint32_t key_line(const mcuai_attention *a) {
    return a->groups * (a->first + a->second);
}

static uint32_t value_line(const mcuai_attention *a) {
    return a->v ? a->groups * a->width : key_line(a);
}

static void append(const mcuai_attention *a, uint32_t row, uint32_t position) {
    const uint32_t first = a->groups * a->first, second = a->groups * a->second;
    int8_t *line = a->keys + (size_t)position * key_line(a);
    mcuai_append(a->k + (size_t)row * first, first, a->key_fraction, line, &a->scales[position]);
    if (a->k2)
        mcuai_append(a->k2 + (size_t)row * second, second, a->key_fraction, line + first,
                     &a->scales2[position]);
    if (a->v)
        mcuai_append(a->v + (size_t)row * value_line(a), value_line(a), a->value_fraction,
                     a->values + (size_t)position * value_line(a), &a->value_scales[position]);
}

/* The head's query in 15 bits, and how many leading zeros all of it has. */
static int32_t take_query(const mcuai_attention *a, const int32_t *q, const int32_t *q2) {
    const uint32_t greatest = mcuai_greatest_magnitude(q, a->first);
    const uint32_t greatest2 = mcuai_greatest_magnitude(q2, a->second);
    const int32_t zeros = mcuai_zeros(greatest > greatest2 ? greatest : greatest2);
    for (uint32_t i = 0; i < a->first; i++)
        a->query[i] = (int16_t)(mcuai_shift_left(q[i], (uint32_t)zeros - 1) >> 17);
    for (uint32_t i = 0; i < a->second; i++)
        a->query[a->first + i] = (int16_t)(mcuai_shift_left(q2[i], (uint32_t)zeros - 1) >> 17);
    return zeros;
}

/* A part's share of a score. */
static uint32_t share(const int8_t *key, const int16_t *query, uint32_t width, int16_t scale) {
    const int32_t sum = (int32_t)mcuai_dot(key, query, width);
    return (uint32_t)mcuai_high(sum, mcuai_shift_left(scale, 16));
}

/* Scores of the query over the first positions; returns the greatest. */
static int32_t score(const mcuai_attention *a, uint32_t group, uint32_t positions) {
    const uint32_t key = group * a->first, key2 = a->groups * a->first + group * a->second;
    int32_t greatest = INT32_MIN;
    for (uint32_t t = 0; t < positions; t++) {
        const int8_t *line = a->keys + (size_t)t * key_line(a);
        uint32_t sum = share(line + key, a->query, a->first, a->scales[t]);
        if (a->k2)
            sum += share(line + key2, a->query + a->first, a->second, a->scales2[t]);
        a->scores[t] = sum;
        greatest = (int32_t)sum > greatest ? (int32_t)sum : greatest;
    }
    return greatest;
}

/* Weights of the positions by their scores, with the scales of values; returns the sum of the
 * probabilities, which is not 0: that of the greatest score is not. */
static uint32_t weigh(const mcuai_attention *a, uint32_t positions, int32_t greatest,
                      int32_t zeros) {
    const int32_t shift = mcuai_attention_shift(a, zeros);
    const uint32_t room = mcuai_attention_room(positions);
    uint32_t total = 0;
    for (uint32_t t = 0; t < positions; t++) {
        const uint32_t d = mcuai_attention_distance((uint32_t)greatest - a->scores[t], shift);
        if (d > MCUAI_FAR) {
            a->weights[t] = 0;
            continue;
        }
        const uint32_t z = (uint32_t)mcuai_high((int32_t)d, a->factor.mantissa) + room;
        const int32_t p = (int32_t)mcuai_exp2(z);
        a->weights[t] = (int16_t)mcuai_high_round(p, mcuai_shift_left(a->value_scales[t], 9));
        total += (uint32_t)p;
    }
    return total;
}

/* Blocks as in mcuai_dot. */
static void add_weighted(int32_t weight, const int8_t *value, uint32_t count, uint32_t *sums) {
    for (; count >= 16; count -= 16, value += 16, sums += 16)
        for (int i = 0; i < 16; i++)
            sums[i] += (uint32_t)(weight * value[i]);
    for (uint32_t i = 0; i < count; i++)
        sums[i] += (uint32_t)(weight * value[i]);
}

static void mix(const mcuai_attention *a, uint32_t group, uint32_t positions, uint32_t total,
                int32_t *y) {
    for (uint32_t i = 0; i < a->width; i++)
        a->sums[i] = 0;
    for (uint32_t t = 0; t < positions; t++)
        if (a->weights[t])
            add_weighted(a->weights[t], a->values + (size_t)t * value_line(a) + group * a->width,
                         a->width, a->sums);
    const mcuai_attention_divisor divisor = mcuai_attention_divide(a, total);
    for (uint32_t i = 0; i < a->width; i++)
        y[i] = mcuai_attention_output(divisor, a->sums[i]);
}

uint32_t mcuai_attention_position(const mcuai_node *node, const mcuai_attention *a, uint32_t row) {
    const uint32_t asked = *(const uint32_t *)mcuai_node_input(node, POSITION)->data + row;
    return asked < a->context ? asked : a->context - 1;
}

void mcuai_attention_evaluate(const mcuai_node *node) {
    const mcuai_attention a = mcuai_attention_of(node);
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        const uint32_t position = mcuai_attention_position(node, &a, row);
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        append(&a, row, position);
        for (uint32_t head = 0; head < a.heads; head++) {
            const uint32_t group = head / (a.heads / a.groups);
            const size_t query = (size_t)row * a.heads + head;
            const int32_t zeros =
                take_query(&a, a.q + query * a.first, a.q2 ? a.q2 + query * a.second : NULL);
            const int32_t greatest = score(&a, group, position + 1);
            const uint32_t total = weigh(&a, position + 1, greatest, zeros);
            mix(&a, group, position + 1, total, y + (size_t)head * a.width);
        }
    }
}
