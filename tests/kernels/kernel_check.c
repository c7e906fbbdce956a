/* Runs one family's kernels on cases that the converter prepared, and compares bytes, sizes and
 * guards.
 *
 * Compile with -DKERNEL_CHECK_FAMILY=dsp (mve, rv32, rows), or in addition
 * -DKERNEL_CHECK_FOREIGN=MCUAI_LAYOUT_DSP to read that layout with the portable kernels. The
 * harness supplies the three functions below and the cases: the words {magic, count}, padded to 16
 * bytes, then for each case a check_case, the blob of weights, the input and the expected output,
 * each padded to 16 bytes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "../../firmware/core/kernels/kernels.h"

#ifdef KERNEL_CHECK_FOREIGN
#include "../../firmware/core/kernels/portable/foreign.h"
#endif

void kernel_check_print(const char *text);
uint64_t kernel_check_instructions(void);
/* The family's inner loops, or the reader of the foreign layout; null where it has none. */
const void *kernel_check_loops(int32_t kind, int32_t bits);
int kernel_check(const uint8_t *cases);

#ifndef KERNEL_CHECK_MEMORY
#define KERNEL_CHECK_MEMORY (512 * 1024)
#endif
/* With KERNEL_CHECK_EDGE, an address past which nothing can be read, inputs end there. */

enum { MAGIC = 0x434b434d, GUARD = 64, KIND_DENSE = 0, KIND_CONV2D = 1, KIND_DEPTHWISE = 2 };

/* All members int32, little-endian. A dense layer has rows in conv.out_c and depth in conv.in_c. */
typedef struct {
    int32_t bytes; /* of the case, with this record and padding */
    int32_t kind, bits;
    int32_t in_h, in_w, in_c, out_h, out_w, out_c, kernel_h, kernel_w;
    int32_t stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
    int32_t input_zero_point, output_zero_point, activation_min, activation_max;
    int32_t scratch_bytes, blob_bytes, input_bytes, output_bytes;
    int32_t input_offset, output_offset; /* 0..15: misalignment */
    int32_t overlap; /* -1, or the output begins so many bytes before the input, in one buffer */
    int32_t input_in_scratch; /* dense: the input lies in the scratch area, depth rounded up to 4
                                 from its start */
    int32_t reserved[3];
} check_case;

typedef struct {
    const check_case *record;
    const uint8_t *blob;
    const int8_t *input_data, *expected;
    int8_t *input, *output;
    uint8_t *scratch;
    uint32_t scratch_bytes, scratch_found, blob_found;
    uint64_t instructions;
} check_run;

static uint8_t memory[KERNEL_CHECK_MEMORY] __attribute__((aligned(16)));

static uint32_t round16(uint32_t n) {
    return (n + 15) & ~UINT32_C(15);
}

static void print_number(const char *label, int64_t value) {
    char text[24];
    char *p = text + sizeof text - 1;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    *p = 0;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0) {
        *--p = '-';
    }
    kernel_check_print(label);
    kernel_check_print(p);
}

/* Guards and the output's first contents: something that a kernel hardly leaves by chance. */
static uint8_t pattern(uint32_t address) {
    return (uint8_t)(address * 37 + 11);
}

static void place(check_run *run) {
    const check_case *c = run->record;
    uint8_t *next = memory + GUARD;
    for (uint32_t i = 0; i < KERNEL_CHECK_MEMORY; i++) {
        memory[i] = pattern(i);
    }
    run->scratch = next;
    next +=
        round16(run->scratch_bytes + (c->input_in_scratch ? (uint32_t)c->input_bytes : 0)) + GUARD;
    run->output = (int8_t *)next + c->output_offset;
    next += round16((uint32_t)(c->output_offset + c->output_bytes)) + GUARD;
    run->input = (int8_t *)next + c->input_offset;
    if (c->overlap >= 0) {
        run->input = run->output + c->overlap;
    } else if (c->input_in_scratch) {
        run->input = (int8_t *)run->scratch + ((c->input_bytes + 3) & ~3);
    }
#ifdef KERNEL_CHECK_EDGE
    else {
        run->input = (int8_t *)(uintptr_t)KERNEL_CHECK_EDGE - c->input_bytes;
    }
#endif
    memcpy(run->input, run->input_data, (size_t)c->input_bytes);
}

static bool used(const check_run *run, uint32_t at) {
    const check_case *c = run->record;
    const uint8_t *p = memory + at;
    const uint8_t *input = (const uint8_t *)run->input, *output = (const uint8_t *)run->output;
    return (p >= run->scratch && p < run->scratch + run->scratch_bytes) ||
           (p >= output && p < output + c->output_bytes) ||
           (p >= input && p < input + c->input_bytes && (c->overlap >= 0 || c->input_in_scratch));
}

/* Whether all else in memory is as it was; an input of its own must not change either. */
static bool untouched(const check_run *run) {
    const check_case *c = run->record;
    const uint32_t input = (uint32_t)((uint8_t *)run->input - memory);
    const bool input_inside = input < KERNEL_CHECK_MEMORY;
    for (uint32_t i = 0; i < KERNEL_CHECK_MEMORY; i++) {
        const bool is_input = input_inside && i >= input && i < input + (uint32_t)c->input_bytes;
        const uint8_t want = is_input ? (uint8_t)run->input_data[i - input] : pattern(i);
        if (!used(run, i) && memory[i] != want) {
            print_number("  written outside, at output ",
                         (int64_t)(memory + i - (uint8_t *)run->output));
            return false;
        }
    }
    return true;
}

#define JOIN3(a, b, c)                 a##b##c
#define KERNEL(operation, family, end) JOIN3(operation, family, end)
#ifdef KERNEL_CHECK_FOREIGN
#define RUN(operation, args)     mcuai_##operation##_foreign(args)
#define SCRATCH(operation, args) ((uint32_t)c->scratch_bytes)
#else
#define RUN(operation, args)     KERNEL(mcuai_##operation##_, KERNEL_CHECK_FAMILY, )(args)
#define SCRATCH(operation, args) KERNEL(mcuai_##operation##_, KERNEL_CHECK_FAMILY, _scratch)(args)
#endif

static void run_dense(check_run *run) {
    const check_case *c = run->record;
    const mcuai_dense args = {
        .rows = c->out_c,
        .depth = c->in_c,
        .bits = c->bits,
        .output_zero_point = c->output_zero_point,
        .activation_min = c->activation_min,
        .activation_max = c->activation_max,
        .weights = run->blob,
        .input = run->input,
        .output = run->output,
        .scratch = run->scratch,
        .loops = kernel_check_loops(c->kind, c->bits),
    };
    run->scratch_found = SCRATCH(dense, &args);
    run->blob_found = KERNEL(mcuai_dense_, KERNEL_CHECK_FAMILY,
                             _bytes)((uint32_t)c->out_c, (uint32_t)c->in_c, (uint32_t)c->bits);
    run->instructions = kernel_check_instructions();
    RUN(dense, &args);
    run->instructions = kernel_check_instructions() - run->instructions;
}

static mcuai_conv conv_args(const check_run *run) {
    const check_case *c = run->record;
    return (mcuai_conv){
        .in_h = c->in_h,
        .in_w = c->in_w,
        .in_c = c->in_c,
        .out_h = c->out_h,
        .out_w = c->out_w,
        .out_c = c->out_c,
        .kernel_h = c->kernel_h,
        .kernel_w = c->kernel_w,
        .stride_h = c->stride_h,
        .stride_w = c->stride_w,
        .dilation_h = c->dilation_h,
        .dilation_w = c->dilation_w,
        .pad_top = c->pad_top,
        .pad_left = c->pad_left,
        .bits = c->bits,
        .input_zero_point = c->input_zero_point,
        .output_zero_point = c->output_zero_point,
        .activation_min = c->activation_min,
        .activation_max = c->activation_max,
        .weights = run->blob,
        .input = run->input,
        .output = run->output,
        .scratch = run->scratch,
        .loops = kernel_check_loops(c->kind, c->bits),
    };
}

static void run_conv(check_run *run) {
    const check_case *c = run->record;
    const mcuai_conv args = conv_args(run);
    const uint32_t taps = (uint32_t)(c->kernel_h * c->kernel_w);
    const bool depthwise = c->kind == KIND_DEPTHWISE;
    run->scratch_found = depthwise ? SCRATCH(depthwise, &args) : SCRATCH(conv2d, &args);
    run->blob_found =
        depthwise ? KERNEL(mcuai_depthwise_, KERNEL_CHECK_FAMILY, _bytes)((uint32_t)c->out_c, taps,
                                                                          (uint32_t)c->bits)
                  : KERNEL(mcuai_dense_, KERNEL_CHECK_FAMILY,
                           _bytes)((uint32_t)c->out_c, taps * (uint32_t)c->in_c, (uint32_t)c->bits);
    run->instructions = kernel_check_instructions();
    if (depthwise) {
        RUN(depthwise, &args);
    } else {
        RUN(conv2d, &args);
    }
    run->instructions = kernel_check_instructions() - run->instructions;
}

static bool same_output(const check_run *run) {
    for (int32_t i = 0; i < run->record->output_bytes; i++) {
        if (run->output[i] != run->expected[i]) {
            print_number("  output ", i);
            print_number(" is ", run->output[i]);
            print_number(", expected ", run->expected[i]);
            return false;
        }
    }
    return true;
}

static bool check_one(check_run *run) {
    const check_case *c = run->record;
    run->scratch_bytes = (uint32_t)c->scratch_bytes;
#ifdef KERNEL_CHECK_FOREIGN
    run->scratch_bytes +=
        (uint32_t)(c->kernel_h * c->kernel_w * c->in_c); /* the portable kernels' window */
#endif
    place(run);
    if (c->kind == KIND_DENSE) {
        run_dense(run);
    } else {
        run_conv(run);
    }
    if (run->scratch_found != (uint32_t)c->scratch_bytes ||
        run->blob_found != (uint32_t)c->blob_bytes) {
        print_number("  scratch ", run->scratch_found);
        print_number(" bytes, blob ", run->blob_found);
        print_number("; the converter's: ", c->scratch_bytes);
        print_number(", ", c->blob_bytes);
        return false;
    }
    return same_output(run) && untouched(run);
}

/* Returns the number of cases that failed. */
int kernel_check(const uint8_t *cases) {
    uint32_t head[2];
    int failed = 0;
    memcpy(head, cases, sizeof head);
    if (head[0] != MAGIC) {
        kernel_check_print("no cases here\n");
        return 1;
    }
    cases += 16;
    for (uint32_t i = 0; i < head[1]; i++) {
        check_run run = {.record = (const check_case *)(const void *)cases};
        run.blob = cases + sizeof *run.record;
        run.input_data = (const int8_t *)run.blob + round16((uint32_t)run.record->blob_bytes);
        run.expected = run.input_data + round16((uint32_t)run.record->input_bytes);
        const bool ok = check_one(&run);
        failed += !ok;
        print_number(ok ? "case " : "\ncase ", i);
        kernel_check_print(ok ? " ok" : " FAILED");
        print_number(" instructions ", (int64_t)run.instructions);
        kernel_check_print("\n");
        cases += run.record->bytes;
    }
    print_number("cases ", head[1]);
    print_number(", failed ", failed);
    kernel_check_print("\n");
    return failed;
}
