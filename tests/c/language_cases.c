#include "language_cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int32_t random_group(void) {
    static const int32_t groups[] = {0, 8, 24, 32, 64, 256};
    return groups[random_word() % 6];
}

static const mcuai_type types[] = {MCUAI_INT8, MCUAI_INT4, MCUAI_INT2};

#define OPERATOR(NAME) extern const mcuai_operator mcuai_operator_##NAME
OPERATOR(embedding_rows_int8);
OPERATOR(embedding_rows_int4);
OPERATOR(embedding_rows_int2);
OPERATOR(linear_rows_int8);
OPERATOR(linear_rows_int4);
OPERATOR(linear_rows_int2);
OPERATOR(rms_norm);
OPERATOR(angles);
OPERATOR(rotary);
OPERATOR(swiglu);
OPERATOR(attention);
OPERATOR(experts_rows);

static const mcuai_operator *const embeddings[] = {&mcuai_operator_embedding_rows_int8,
                                                   &mcuai_operator_embedding_rows_int4,
                                                   &mcuai_operator_embedding_rows_int2};
static const mcuai_operator *const linears[] = {&mcuai_operator_linear_rows_int8,
                                                &mcuai_operator_linear_rows_int4,
                                                &mcuai_operator_linear_rows_int2};

static void embedding(operator_case *c, int exact) {
    const int kind = (int)(random_word() % 3);
    const int32_t rows = random_size(4), vocabulary = random_size(20), width = random_size(300),
                  group = random_group();
    case_begin(c, embeddings[kind]);
    int32_t *tokens = case_tensor(c, MCUAI_INT32, 1, rows, 0, 0);
    for (int32_t i = 0; i < rows; i++)
        tokens[i] = (int32_t)(random_word() % (uint32_t)vocabulary);
    const uint8_t *matrix = case_matrix(c, types[kind], vocabulary, width, group);
    const int32_t *y = case_output(c, rows, width);
    case_parameters(c, 1, &group);
    if (!exact)
        return;
    case_run(c);
    for (int32_t i = 0; i < rows * width; i++)
        note_error(fabs(y[i] - 65536 * matrix_value(matrix, types[kind], vocabulary, width, group,
                                                    tokens[i / width], i % width)));
}

/* In units of what the rounding of x to int8 can make at most, and of one for the rounding of y. */
static void linear(operator_case *c, int exact) {
    const int kind = (int)(random_word() % 3), addend = (int)(random_word() % 4);
    const int32_t rows = random_size(3), blocks = random_size(3), depth = random_size(600),
                  outputs = random_size(9);
    const int32_t group = random_group(), left = depth < 100 && group == 0 ? random_size(3) : 0;
    case_begin(c, linears[kind]);
    const int32_t *x =
        case_values(c, rows, blocks * depth, ldexp(1, (int)(random_word() % 12) - 4));
    const uint8_t *matrix = case_matrix(c, types[kind], blocks * outputs, depth, group);
    const int32_t width = blocks * outputs;
    int32_t *z = NULL, *y;
    if (addend == 0)
        case_absent(c);
    else
        z = addend == 1 ? case_constants(c, width, 3) : case_values(c, rows, width, 3);
    if (addend == 3)
        case_output_as_input(c, 2), y = z;
    else
        y = case_output(c, rows, width);
    double *before = calloc((size_t)(rows * width), sizeof *before);
    for (int32_t i = 0; z && i < rows * width; i++)
        before[i] = z[addend == 1 ? i % width : i];
    case_parameters(c, 3, (const int32_t[]){group, left, blocks});
    case_scratch(c, 2 * (uint32_t)depth);
    if (exact) {
        case_run(c);
        for (int32_t i = 0; i < rows * width; i++) {
            const int32_t *input = x + i / width * blocks * depth + i % width / outputs * depth;
            double sum = 0, weights = 0, greatest = 0;
            for (int32_t k = 0; k < depth; k++) {
                const double w =
                    matrix_value(matrix, types[kind], width, depth, group, i % width, k);
                sum += w * input[k];
                weights += fabs(w);
                greatest = fmax(greatest, abs(input[k]));
            }
            note_error(fabs(y[i] - before[i] - sum) /
                       (weights * greatest * 0.5 / 127 + fabs(sum) * 1e-4 + 1));
        }
    }
    free(before);
}

/* Mantissa and exponent of a number. */
static void split(double number, int32_t parts[2]) {
    int exponent;
    parts[0] = (int32_t)(frexp(number, &exponent) * 2147483648.0);
    parts[1] = exponent;
}

/* Relative to the greatest output. */
static void rms_norm(operator_case *c, int exact) {
    const int32_t rows = random_size(3), blocks = random_size(3), count = random_size(400);
    const double epsilon = 1e-5;
    int32_t p[6] = {12, 0, 0, 0, 0, blocks};
    split(sqrt(count), p + 1);
    split(epsilon * count, p + 3);
    case_begin(c, &mcuai_operator_rms_norm);
    const int32_t *x =
        case_values(c, rows, blocks * count, ldexp(1, (int)(random_word() % 20) - 8));
    int16_t *gain = case_tensor(c, MCUAI_INT16, 1, count, 0, 1);
    for (int32_t i = 0; i < count; i++)
        gain[i] = (int16_t)(random_word() % 65535 - 32767);
    const int32_t *y = case_output(c, rows, blocks * count);
    case_parameters(c, 6, p);
    if (!exact)
        return;
    case_run(c);
    for (int32_t row = 0; row < rows * blocks; row++) {
        double squares = 0;
        for (int32_t i = 0; i < count; i++)
            squares += ldexp(x[row * count + i], -16) * ldexp(x[row * count + i], -16);
        const double factor = 1 / sqrt(squares / count + epsilon);
        for (int32_t i = 0; i < count; i++)
            note_error(
                fabs(y[row * count + i] - x[row * count + i] * factor * ldexp(gain[i], -12)) /
                (65536 * sqrt(count) * 8));
    }
}

/* Rotations by the angles of a position, Q15.16. */
static void rotary(operator_case *c, int exact) {
    const int32_t rows = random_size(3), blocks = random_size(4), pairs = random_size(16),
                  position = random_size(60000);
    case_begin(c, &mcuai_operator_angles);
    *(int32_t *)case_tensor(c, MCUAI_INT32, 1, 1, 0, 0) = position;
    uint32_t *frequencies = case_tensor(c, MCUAI_INT32, 1, pairs, 0, 1);
    for (int32_t i = 0; i < pairs; i++)
        frequencies[i] = random_word() >> i % 20;
    const int32_t *turned = case_output(c, rows, 2 * pairs);
    if (!exact && random_word() % 2)
        return;
    case_run(c);
    operator_case next;
    case_begin(&next, &mcuai_operator_rotary);
    int32_t *x = case_values(&next, rows, 2 * pairs * blocks, 50);
    int32_t *before = malloc(sizeof *x * (size_t)(rows * 2 * pairs * blocks));
    memcpy(before, x, sizeof *x * (size_t)(rows * 2 * pairs * blocks));
    int32_t *angles = case_values(&next, rows, 2 * pairs, 1);
    memcpy(angles, turned, sizeof *x * (size_t)(rows * 2 * pairs));
    case_output_as_input(&next, 0);
    case_parameters(&next, 1, &blocks);
    if (exact)
        case_run(&next);
    for (int32_t i = 0; exact && i < rows * pairs * blocks; i++) {
        const uint32_t phase = (uint32_t)(position + i / (pairs * blocks)) * frequencies[i % pairs];
        const double angle = phase * (2 * 3.14159265358979323846 / 4294967296.0);
        note_error(fabs(x[2 * i] - before[2 * i] * cos(angle) + before[2 * i + 1] * sin(angle)));
        note_error(
            fabs(x[2 * i + 1] - before[2 * i] * sin(angle) - before[2 * i + 1] * cos(angle)));
    }
    free(before);
    case_end(c);
    *c = next;
    c->node.parameters = c->parameters;
    c->node.model = &c->model;
    c->node.status = &c->status;
}

static double silu(double g) {
    return g / (1 + exp(-g));
}

/* Relative to the greatest product of magnitudes. */
static void swiglu(operator_case *c, int exact) {
    const int32_t rows = random_size(3), width = random_size(200);
    case_begin(c, &mcuai_operator_swiglu);
    const int32_t *gate = case_values(c, rows, width, 12), *up = case_values(c, rows, width, 12);
    const int32_t *y = case_output(c, rows, width);
    if (!exact)
        return;
    case_run(c);
    for (int32_t i = 0; i < rows * width; i++)
        note_error(fabs(ldexp(y[i], -16) - silu(ldexp(gate[i], -16)) * ldexp(up[i], -16)) / 144);
}

typedef struct {
    int32_t rows, heads, groups, first, second, width, context, position, latent;
    const int32_t *q, *q2, *k, *k2, *v, *y;
    double factor;
} attention_case;

static double dot(const int32_t *a, const int32_t *b, int32_t count) {
    double sum = 0;
    for (int32_t i = 0; i < count; i++)
        sum += ldexp(a[i], -16) * ldexp(b[i], -16);
    return sum;
}

/* Of one row, over the rows so far, which are all that the cache holds; errors relative to the
 * greatest value, 1. */
static void compare_attention(const attention_case *a, int32_t row) {
    const int32_t width = a->width, values = a->latent ? a->first : a->width;
    for (int32_t head = 0; head < a->heads; head++) {
        const int32_t group = head * a->groups / a->heads, query = row * a->heads + head;
        double weights[8], total = 0;
        for (int32_t t = 0; t <= row; t++) {
            const int32_t line = t * a->groups + group;
            double score = dot(a->q + query * a->first, a->k + line * a->first, a->first);
            if (a->second)
                score += dot(a->q2 + query * a->second, a->k2 + line * a->second, a->second);
            total += weights[t] = exp(score * a->factor);
        }
        for (int32_t i = 0; i < width; i++) {
            double sum = 0;
            for (int32_t t = 0; t <= row; t++)
                sum += weights[t] / total *
                       ldexp((a->latent ? a->k : a->v)[(t * a->groups + group) * values + i], -16);
            note_error(fabs(ldexp(a->y[query * width + i], -16) - sum));
        }
    }
}

static void attention(operator_case *c, int exact) {
    const int latent = random_word() % 3 == 0;
    attention_case a = {.rows = random_size(8),
                        .groups = latent ? 1 : random_size(3),
                        .first = random_size(40),
                        .second = random_word() % 2 ? random_size(20) : 0,
                        .context = random_size(9),
                        .latent = latent};
    a.heads = a.groups * random_size(3);
    a.width = latent ? a.first : random_size(40);
    a.context = exact ? a.rows : a.context;
    a.factor = 1 / sqrt(a.first + a.second);
    case_begin(c, &mcuai_operator_attention);
    a.q = case_values(c, a.rows, a.heads * a.first, 2);
    if (a.second)
        a.q2 = case_values(c, a.rows, a.heads * a.second, 2);
    else
        case_absent(c);
    a.k = case_values(c, a.rows, a.groups * a.first, 1);
    if (a.second)
        a.k2 = case_values(c, a.rows, a.groups * a.second, 1);
    else
        case_absent(c);
    if (latent)
        case_absent(c);
    else
        a.v = case_values(c, a.rows, a.groups * a.width, 1);
    *(int32_t *)case_tensor(c, MCUAI_INT32, 1, 1, 0, 0) = exact ? 0 : random_size(12) - 2;
    case_tensor(c, MCUAI_INT8, a.context, a.groups * (a.first + a.second), 0, 0);
    if (latent)
        case_absent(c);
    else
        case_tensor(c, MCUAI_INT8, a.context, a.groups * a.width, 0, 0);
    case_tensor(c, MCUAI_INT16, 1 + (a.second > 0) + !latent, a.context, 0, 0);
    a.y = case_output(c, a.rows, a.heads * a.width);
    int32_t p[6] = {a.heads, a.groups, 20, 20};
    split(a.factor * 1.4426950408889634, p + 4);
    case_parameters(c, 6, p);
    case_scratch(c, (uint32_t)(8 * a.context + 4 * (a.first + a.second + a.width)));
    if (!exact)
        return;
    case_run(c);
    for (int32_t row = 0; row < a.rows; row++)
        compare_attention(&a, row);
}

/* y[rows] = matrix * x */
static void multiply(const uint8_t *matrix, mcuai_type type, int32_t rows, int32_t depth,
                     int32_t group, const double *x, double *y) {
    for (int32_t r = 0; r < rows; r++) {
        y[r] = 0;
        for (int32_t k = 0; k < depth; k++)
            y[r] += matrix_value(matrix, type, rows, depth, group, r, k) * x[k];
    }
}

/* One expert of two, whose choice the logits make clear, of the first group; relative to the
 * output's root of the mean square. */
static void experts(operator_case *c, int exact) {
    enum { EXPERTS = 4 };
    const int kind = (int)(random_word() % 3), softmax = (int)(random_word() % 2);
    const int32_t rows = random_size(2), width = 32 * random_size(3), hidden = 32 * random_size(4),
                  group = 32;
    const uint8_t *matrices[3 * EXPERTS];
    case_begin(c, &mcuai_operator_experts_rows);
    const int32_t *x = case_values(c, rows, width, 2);
    int32_t *logits = case_values(c, rows, EXPERTS, 0);
    case_constants(c, EXPERTS, 0);
    case_absent(c);
    const int32_t *y = case_output(c, rows, width);
    for (int i = 0; i < 3 * EXPERTS; i++)
        matrices[i] = i % 3 == 2 ? case_hidden_matrix(c, types[kind], width, hidden, group)
                                 : case_hidden_matrix(c, types[kind], hidden, width, group);
    case_parameters(
        c, 12, (const int32_t[]){EXPERTS, 1, hidden, softmax, 2, 1, 1, 1 << 16, 0, group, 0, 0});
    case_scratch(c, (uint32_t)(8 * hidden + 4 * width + 4 * EXPERTS +
                               2 * (hidden > width ? hidden : width)));
    for (int32_t row = 0; row < rows; row++)
        logits[row * EXPERTS + row] = 8 << 16;
    if (!exact)
        return;
    case_run(c);
    for (int32_t row = 0; row < rows; row++) {
        double input[96], gate[128], up[128], output[96], errors = 0, squares = 0;
        for (int32_t i = 0; i < width; i++)
            input[i] = ldexp(x[row * width + i], -16);
        multiply(matrices[3 * row], types[kind], hidden, width, group, input, gate);
        multiply(matrices[3 * row + 1], types[kind], hidden, width, group, input, up);
        for (int32_t i = 0; i < hidden; i++)
            gate[i] = silu(gate[i]) * up[i];
        multiply(matrices[3 * row + 2], types[kind], width, hidden, group, gate, output);
        for (int32_t i = 0; i < width; i++) {
            const double error = ldexp(y[row * width + i], -16) - output[i];
            errors += error * error;
            squares += output[i] * output[i];
        }
        note_error(sqrt(errors / squares));
    }
}

const language_operator language_operators[LANGUAGE_OPERATORS] = {
    {"embedding", embedding}, {"linear", linear},       {"rms_norm", rms_norm}, {"rotary", rotary},
    {"swiglu", swiglu},       {"attention", attention}, {"experts", experts}};
