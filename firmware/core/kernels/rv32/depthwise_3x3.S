/* Depthwise 3x3 kernels on a plane (plane.h). Along a line, every column of three bytes is loaded
 * once and goes into all sums that it belongs to; weights and constants stay in registers. */
#include "run.inc"

#define PLANE 0
#define PITCH 4
#define LINE_PITCH 8
#define OUTPUT 12
#define OUTPUT_STEP 16
#define OUTPUT_SPAN 20
#define OUTPUT_LINE 24
#define LINES 28
#define WEIGHTS 32
#define BIAS_AT 36
#define MULTIPLIER_AT 40
#define ROUNDING_AT 44
#define SHIFT_AT 48
#define LOW_AT 52
#define HIGH_AT 56

#define SUM0 s9
#define SUM1 s10
#define SUM2 s11
#define X t0
#define T t1
#define BIAS t2
#define MULTIPLIER t3
#define ROUNDING t4
#define SHIFT t5
#define LOW t6
#define HIGH ra
#define ROW0 a0
#define ROW1 a1
#define ROW2 a2
#define OUT a3
#define STEP a4
#define END a5
#define ARGS a6
#define X1 a7

/* sum += x * weight, or sum = bias + x * weight where a sum starts. */
.macro accumulate sum, x, weight
    mul T, \x, \weight
    add \sum, \sum, T
.endm

.macro start_sum sum, x, weight
    mul \sum, \x, \weight
    add \sum, \sum, BIAS
.endm

/* One column of the plane and the kernel's column for each sum; weights lie by rows in s0..s8. */
.macro first_column offset, sum
    lb X, \offset(ROW0)
    lb X1, \offset(ROW1)
    start_sum \sum, X, s0
    lb X, \offset(ROW2)
    accumulate \sum, X1, s3
    accumulate \sum, X, s6
.endm

.macro middle_column offset, sum
    lb X, \offset(ROW0)
    lb X1, \offset(ROW1)
    accumulate \sum, X, s1
    lb X, \offset(ROW2)
    accumulate \sum, X1, s4
    accumulate \sum, X, s7
.endm

.macro last_and_first_column offset, last, first
    lb X, \offset(ROW0)
    lb X1, \offset(ROW1)
    accumulate \last, X, s2
    start_sum \first, X, s0
    lb X, \offset(ROW2)
    accumulate \last, X1, s5
    accumulate \first, X1, s3
    accumulate \last, X, s8
    accumulate \first, X, s6
.endm

.macro middle_and_first_column offset, middle, first
    lb X, \offset(ROW0)
    lb X1, \offset(ROW1)
    accumulate \middle, X, s1
    start_sum \first, X, s0
    lb X, \offset(ROW2)
    accumulate \middle, X1, s4
    accumulate \first, X1, s3
    accumulate \middle, X, s7
    accumulate \first, X, s6
.endm

.macro every_column offset, last, middle, first
    lb X, \offset(ROW0)
    lb X1, \offset(ROW1)
    accumulate \last, X, s2
    accumulate \middle, X, s1
    start_sum \first, X, s0
    lb X, \offset(ROW2)
    accumulate \last, X1, s5
    accumulate \middle, X1, s4
    accumulate \first, X1, s3
    accumulate \last, X, s8
    accumulate \middle, X, s7
    accumulate \first, X, s6
.endm

/* As store_row in run.inc, the constants being in registers. */
.macro store_sum sum
    round_and_clamp \sum, MULTIPLIER, ROUNDING, SHIFT, X, LOW, HIGH
    sb \sum, 0(OUT)
    add OUT, OUT, STEP
.endm

.macro enter
    save_registers 12
    mv ARGS, a0
    lw T, WEIGHTS(ARGS)
    .irp i, 0, 1, 2, 3, 4, 5, 6, 7, 8
    lb s\i, \i(T)
    .endr
    lw BIAS, BIAS_AT(ARGS)
    lw MULTIPLIER, MULTIPLIER_AT(ARGS)
    lw ROUNDING, ROUNDING_AT(ARGS)
    lw SHIFT, SHIFT_AT(ARGS)
    lw LOW, LOW_AT(ARGS)
    lw HIGH, HIGH_AT(ARGS)
    lw STEP, OUTPUT_STEP(ARGS)
.endm

.macro start_line
    lw ROW0, PLANE(ARGS)
    lw T, PITCH(ARGS)
    add ROW1, ROW0, T
    add ROW2, ROW1, T
    lw OUT, OUTPUT(ARGS)
    lw T, OUTPUT_SPAN(ARGS)
    add END, OUT, T
.endm

.macro end_line next
    lw T, PLANE(ARGS)
    lw X, LINE_PITCH(ARGS)
    add T, T, X
    sw T, PLANE(ARGS)
    lw T, OUTPUT(ARGS)
    lw X, OUTPUT_LINE(ARGS)
    add T, T, X
    sw T, OUTPUT(ARGS)
    lw T, LINES(ARGS)
    addi T, T, -1
    sw T, LINES(ARGS)
    bnez T, \next
.endm

    .section .text.mcuai_rv32_depthwise_3x3_stride1, "ax", @progbits
    .balign 4
    .globl mcuai_rv32_depthwise_3x3_stride1
    .type mcuai_rv32_depthwise_3x3_stride1, @function
mcuai_rv32_depthwise_3x3_stride1:
    enter
1:  start_line
    first_column 0, SUM0
    middle_and_first_column 1, SUM0, SUM1
2:  every_column 2, SUM0, SUM1, SUM2
    store_sum SUM0
    beq OUT, END, 3f
    every_column 3, SUM1, SUM2, SUM0
    store_sum SUM1
    beq OUT, END, 3f
    every_column 4, SUM2, SUM0, SUM1
    store_sum SUM2
    addi ROW0, ROW0, 3
    addi ROW1, ROW1, 3
    addi ROW2, ROW2, 3
    bne OUT, END, 2b
3:  end_line 1b
    restore_registers_and_return 12
    .size mcuai_rv32_depthwise_3x3_stride1, . - mcuai_rv32_depthwise_3x3_stride1

    .section .text.mcuai_rv32_depthwise_3x3_stride2, "ax", @progbits
    .balign 4
    .globl mcuai_rv32_depthwise_3x3_stride2
    .type mcuai_rv32_depthwise_3x3_stride2, @function
mcuai_rv32_depthwise_3x3_stride2:
    enter
1:  start_line
    first_column 0, SUM0
2:  middle_column 1, SUM0
    last_and_first_column 2, SUM0, SUM1
    store_sum SUM0
    beq OUT, END, 3f
    middle_column 3, SUM1
    last_and_first_column 4, SUM1, SUM0
    store_sum SUM1
    addi ROW0, ROW0, 4
    addi ROW1, ROW1, 4
    addi ROW2, ROW2, 4
    bne OUT, END, 2b
3:  end_line 1b
    restore_registers_and_return 12
    .size mcuai_rv32_depthwise_3x3_stride2, . - mcuai_rv32_depthwise_3x3_stride2
