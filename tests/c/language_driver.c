/* language_driver functions | operators | damaged ROUNDS: the core's functions and operators of
 * language models on random numbers, against plain computations in doubles. Prints "NAME
 * GREATEST_ERROR" lines. Built with sanitizers. */
#include "../../firmware/core/language/cache.h"
#include "../../firmware/core/language/functions.h"
#include "../../firmware/core/language/vector.h"
#include "language_cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double worst;

void note_error(double error) {
    worst = error > worst || isnan(error) ? error : worst;
}

static void print(const char *name) {
    printf("%s %.3g\n", name, worst);
    worst = 0;
}

static void functions(void) {
    for (uint32_t z = 0; z < 12u << 16; z++) {
        const double exact = exp2(27 - z / 65536.0);
        note_error(fabs(mcuai_exp2(z) - exact) / exact);
    }
    print("exp2");
    for (uint32_t i = 0; i < 2000000; i++) {
        const uint32_t d = i == 0   ? 1u << 30
                           : i == 1 ? UINT32_MAX
                                    : random_word() % (3u << 30) + (1u << 30);
        const double exact = exp2(46) / sqrt(d);
        note_error(fabs(mcuai_inverse_root(d) - exact) / exact);
    }
    print("inverse_root");
    for (uint32_t i = 0; i < 2000000; i++) {
        const uint32_t phase = i < 64 ? i / 3 * (1u << 27) + i % 3 - 1 : random_word();
        const mcuai_rotation rotation = mcuai_turn(phase);
        const double angle = phase * (2 * 3.14159265358979323846 / 4294967296.0);
        note_error(fabs(ldexp(rotation.cosine, -30) - cos(angle)));
        note_error(fabs(ldexp(rotation.sine, -30) - sin(angle)));
    }
    print("turn");
    for (int32_t g = -(40 << 16); g < 40 << 16; g += 3)
        note_error(fabs(ldexp(mcuai_sigmoid(g), -15) - 1 / (1 + exp(-g / 65536.0))));
    print("sigmoid");
}

/* Errors of quantized vectors in steps of their scale, which are 0.5 at best. */
static void quantization(void) {
    int32_t x[40];
    int16_t q[40], step;
    int8_t line[40];
    for (int round = 0; round < 100000; round++) {
        const uint32_t count = (uint32_t)random_size(40);
        const double magnitude = ldexp(1, (int)(random_word() % 32));
        for (uint32_t i = 0; i < count; i++)
            x[i] = (int32_t)(random_real() * (magnitude > INT32_MAX ? INT32_MAX : magnitude));
        const mcuai_vector v = mcuai_quantize8(x, count, q);
        const double scale = ldexp(v.scale.mantissa, v.scale.exponent - 31 + 16);
        for (uint32_t i = 0; i < count; i++)
            note_error(scale == 0 ? abs(x[i]) : fabs(x[i] / scale - q[i]));
    }
    print("quantize8");
    for (int round = 0; round < 100000; round++) {
        const uint32_t count = (uint32_t)random_size(40);
        const int32_t fraction = 8 + (int32_t)(random_word() % 15);
        const double most = 127 * ldexp(32766, 16 - fraction), exponent = random_word() % 20;
        for (uint32_t i = 0; i < count; i++)
            x[i] = (int32_t)(random_real() *
                             ldexp(most > INT32_MAX ? INT32_MAX : most, -(int)exponent));
        mcuai_append(x, count, fraction, line, &step);
        const double scale = ldexp(step, 16 - fraction);
        for (uint32_t i = 0; i < count; i++)
            note_error(fabs(x[i] / scale - line[i]));
    }
    print("append");
}

static operator_case current;

static void run_exact(void) {
    for (int32_t i = 0; i < LANGUAGE_OPERATORS; i++) {
        for (int round = 0; round < 300; round++) {
            language_operators[i].build(&current, 1);
            case_end(&current);
        }
        print(language_operators[i].name);
    }
}

/* How many of the cases the operators took in spite of all. */
static void run_damaged(int rounds) {
    for (int32_t i = 0; i < LANGUAGE_OPERATORS; i++) {
        for (int round = 0; round < rounds; round++) {
            language_operators[i].build(&current, 0);
            worst += case_damage(&current);
            case_end(&current);
        }
        print(language_operators[i].name);
    }
}

int main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "functions") == 0) {
        functions();
        quantization();
    } else if (count == 2 && strcmp(arguments[1], "operators") == 0) {
        run_exact();
    } else if (count == 3 && strcmp(arguments[1], "damaged") == 0) {
        run_damaged(atoi(arguments[2]));
    } else {
        fprintf(stderr, "usage: language_driver functions | operators | damaged ROUNDS\n");
        return 2;
    }
    return 0;
}
