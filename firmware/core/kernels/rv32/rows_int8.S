/* INT8 rows times one vector on RV32IM, two rows to a multiplication.
 *
 * A word of weights holds p, p', q, q' from its lowest byte: two steps of the depth of rows p and
 * q, 128 added. Then (p + 2^16 q) x and, through the high half of the product with x' * 2^24, (p'
 * + 2^16 q') x' are two sums in 16-bit fields; the correction word of a step, 0x7f00 - 128 (x +
 * x') in both fields, makes each field the true sum plus 0x7f00, which lies in 0..0xff00 for
 * every int8 value. So no carry leaves a field. Each pair of rows has two sums modulo 2^32: of
 * the whole words, P + 2^16 Q, and of their high halves, Q.
 *
 * Vector: x, x' * 2^24, correction for each two steps. Chunk of n pairs of rows: n times {start
 * of P + 2^16 Q, start of Q}; for each 4 steps the n words of the first two and the n words of
 * the other two; {2 multiplier, rounding, shift} of 2 n rows. */
#include "run.inc"

#define X0 t0
#define X1 t1
#define CORRECTION t2
#define MASK a3
#define WORD a4
#define LOW a6
#define HIGH ra

/* Calls `operation` with index, both sums of each of n pairs, and two operands more. */
.macro each_pair n, operation, a, b
    .if \n > 0
    \operation 0, t3, t4, \a, \b
    .endif
    .if \n > 1
    \operation 1, t5, t6, \a, \b
    .endif
    .if \n > 2
    \operation 2, s0, s1, \a, \b
    \operation 3, s2, s3, \a, \b
    .endif
    .if \n > 4
    \operation 4, s4, s5, \a, \b
    \operation 5, s6, s7, \a, \b
    \operation 6, s8, s9, \a, \b
    \operation 7, s10, s11, \a, \b
    .endif
.endm

.macro start_pair i, whole, high, unused1, unused2
    lw \whole, (8 * \i)(a0)
    lw \high, (8 * \i + 4)(a0)
.endm

/* Each pair loads the next one's word early, so that the word is there when it is needed. */
.macro two_steps i, whole, high, offset, n
    .if \i == 0
    lw WORD, \offset(a0)
    .endif
    and a5, WORD, MASK
    sub WORD, WORD, a5
    mul a5, a5, X0
    mulhsu WORD, X1, WORD
    add a5, a5, CORRECTION
    add a5, a5, WORD
    .if \i + 1 < \n
    lw WORD, (\offset + 4 * \i + 4)(a0)
    .endif
    add \whole, \whole, a5
    srli a5, a5, 16
    add \high, \high, a5
.endm

.macro store_pair i, whole, high, unused1, unused2
    slli a5, \high, 16
    sub \whole, \whole, a5
    store_row \whole, 2 * \i, X0, X1, CORRECTION, a5, LOW, HIGH, WORD
    store_row \high, 2 * \i + 1, X0, X1, CORRECTION, a5, LOW, HIGH, WORD
.endm

.macro load_vector offset
    lw X0, \offset(a1)
    lw X1, \offset + 4(a1)
    lw CORRECTION, \offset + 8(a1)
.endm

/* void name(mcuai_rv32_run *run): run->chunks chunks of n pairs; weights and output move on. */
.macro int8_kernel name, n, saved
    .section .text.\name, "ax", @progbits
    .balign 4
    .globl \name
    .type \name, @function
\name:
    save_registers \saved
    mv a2, a0
    lw a0, RUN_WEIGHTS(a2)
    lw a1, RUN_X(a2)
    lw a7, RUN_X_END(a2)
    lw LOW, RUN_LOW(a2)
    lw HIGH, RUN_HIGH(a2)
    li MASK, 0x00ff00ff
1:  each_pair \n, start_pair, 0, 0
    addi a0, a0, 8 * \n
2:  load_vector 0
    each_pair \n, two_steps, 0, \n
    load_vector 12
    each_pair \n, two_steps, 4 * \n, \n
    addi a0, a0, 8 * \n
    addi a1, a1, 24
    bne a1, a7, 2b
    lw a1, RUN_X(a2)
    lw WORD, RUN_OUTPUT(a2)
    each_pair \n, store_pair, 0, 0
    addi a0, a0, 24 * \n
    addi WORD, WORD, 2 * \n
    sw WORD, RUN_OUTPUT(a2)
    lw X0, RUN_CHUNKS(a2)
    addi X0, X0, -1
    sw X0, RUN_CHUNKS(a2)
    bnez X0, 1b
    sw a0, RUN_WEIGHTS(a2)
    restore_registers_and_return \saved
    .size \name, . - \name
.endm

    int8_kernel mcuai_rv32_int8_16_rows, 8, 12
    int8_kernel mcuai_rv32_int8_8_rows, 4, 4
    int8_kernel mcuai_rv32_int8_4_rows, 2, 0
    int8_kernel mcuai_rv32_int8_2_rows, 1, 0
