/* INT8 rows times one vector on RV32IM, two rows to a multiplication.
 *
 * A word of weights holds p, p', q, q' from its lowest byte: two steps of the depth of rows p and
 * q, 128 added. Then (p + 2^16 q) x and, through the high half of the product with x' * 2^24, (p'
 * + 2^16 q') x' are two sums in 16-bit fields; the correction word of a step, 0x7f00 - 128 (x +
 * x') in both fields, makes each field the true sum plus 0x7f00, which lies in 0..0xff00 for
 * every int8 value. So no carry leaves a field. Each pair of rows has two sums modulo 2^32: of
 * the whole words, P + 2^16 Q, and of their high halves, Q.
 *
 * The vector is read as it is, from run->x to run->x_end in whole fours; the rest of it, filled up
 * with zeros, is the four before run->tail_end if that is not run->x_end. Chunk of n pairs of rows:
 * n times {start of P + 2^16 Q, start of Q}; for each 4 steps the n words of the first two and the n
 * words of the other two; {2 multiplier, rounding, shift} of 2 n rows. */
#include "run.inc"

#define X0 t0
#define X1 t1
#define CORRECTION t2
#define MASK a3
#define OFFSETS a4
#define FIELD_START a6
#define WORD ra

/* Calls `operation` with index, both sums of each of n pairs (store.S), and two operands more. */
.macro each_pair n, operation, a, b
    .if \n > 0
    \operation 0, t3, t4, \a, \b
    .endif
    .if \n > 1
    \operation 1, t5, t6, \a, \b
    .endif
    .if \n > 2
    \operation 2, s4, s5, \a, \b
    \operation 3, s6, s7, \a, \b
    .endif
    .if \n > 4
    \operation 4, s0, s1, \a, \b
    \operation 5, s2, s3, \a, \b
    \operation 6, s8, s9, \a, \b
    \operation 7, s10, s11, \a, \b
    .endif
.endm

.macro start_pair i, whole, high, unused1, unused2
    lw \whole, (8 * \i)(a0)
    lw \high, (8 * \i + 4)(a0)
.endm

/* Each pair loads the next one's word early, so that the word is there when it is needed. */
.macro two_steps_of_pair i, whole, high, offset, n
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

.macro two_steps n, x, weights
    lb X0, (\x)(a1)
    lb X1, (\x + 1)(a1)
    add CORRECTION, X0, X1
    mul CORRECTION, CORRECTION, OFFSETS
    slli X1, X1, 24
    sub CORRECTION, FIELD_START, CORRECTION
    each_pair \n, two_steps_of_pair, \weights, \n
.endm

.macro four_steps n, x, weights
    two_steps \n, \x, \weights
    two_steps \n, \x + 2, \weights + 4 * \n
.endm

/* From a1 to a7, two fours to a turn; an odd number of them enters in the middle. */
.macro loop_by_two n
2:  sub X0, a7, a1
    andi X0, X0, 4
    beqz X0, 3f
    addi a0, a0, -8 * \n
    addi a1, a1, -4
    j 4f
3:  four_steps \n, 0, 0
4:  four_steps \n, 4, 8 * \n
    addi a0, a0, 16 * \n
    addi a1, a1, 8
    bne a1, a7, 3b
.endm

.macro loop_by_one n
2:  four_steps \n, 0, 0
    addi a0, a0, 8 * \n
    addi a1, a1, 4
    bne a1, a7, 2b
.endm

/* void name(mcuai_rv32_run *run): run->chunks chunks of n pairs; weights and output move on. */
.macro int8_kernel name, n, saved, loop, rows
    .section .text.\name, "ax", @progbits
    .balign 4
    .globl \name
    .type \name, @function
\name:
    save_registers \saved
    mv a2, a0
    lw a0, RUN_WEIGHTS(a2)
    li MASK, 0x00ff00ff /* and the next are kept by the stores */
    li OFFSETS, 0x00800080
1:  each_pair \n, start_pair, 0, 0
    addi a0, a0, 8 * \n
    lw a1, RUN_X(a2)
    lw a7, RUN_X_END(a2)
    li FIELD_START, 0x7f007f00
    \loop \n
    mv a1, a7
    lw a7, RUN_TAIL_END(a2)
    beq a1, a7, 5f
    addi a1, a7, -4
    j 2b
5:  call mcuai_rv32_store_\rows\()_rows
    addi a0, a0, 24 * \n
    lw X0, RUN_CHUNKS(a2)
    addi X0, X0, -1
    sw X0, RUN_CHUNKS(a2)
    bnez X0, 1b
    sw a0, RUN_WEIGHTS(a2)
    restore_registers_and_return \saved
    .size \name, . - \name
.endm

    int8_kernel mcuai_rv32_int8_16_rows, 8, 12, loop_by_two, 16
    int8_kernel mcuai_rv32_int8_8_rows, 4, 8, loop_by_one, 8
    int8_kernel mcuai_rv32_int8_4_rows, 2, 0, loop_by_one, 4
    int8_kernel mcuai_rv32_int8_2_rows, 1, 0, loop_by_one, 2
