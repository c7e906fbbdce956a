/* INT4 and INT2 rows times one vector on RV32IM, two rows to a multiplication.
 *
 * A word of weights holds 4 (INT4) or 8 (INT2) steps of row p in its low half and of row q in its
 * high half, the first step lowest, 8 or 2 added. Masked to the fields at bits s and 16 + s, s >=
 * 8, the high half of its product with x * 2^(32-s) is (p + 2^16 q) x; the lower steps come to s
 * >= 8 by a shift of the word. One correction word for a group of 32 (INT4) or 128 (INT2) steps
 * makes both fields of the group's sum the true sum plus 0x7f00, in 0..0xff00 for every int8
 * value. Each pair of rows has two sums modulo 2^32: of the whole words, P + 2^16 Q, and of their
 * high halves, Q.
 *
 * Vector, for each group: correction, address of the group's end, 8 words for each 8 steps in the
 * order of use. Chunk of n pairs of rows: n times {start of P + 2^16 Q, start of Q}; for each
 * word of steps n words; {2 multiplier, rounding, shift} of 2 n rows. */
#include "run.inc"

#define X t0
#define T t1
#define GROUP_END t2
#define MASK0 a3
#define MASK1 a4
#define MASK2 a5
#define MASK3 a6

/* Calls `operation` for each of n pairs with its index, word of weights, group's sum, both total
 * sums (store.S), an operand. */
.macro each_pair n, operation, operand
    .if \n > 0
    \operation 0, s0, s1, t3, t4, \operand
    .endif
    .if \n > 1
    \operation 1, s2, s3, t5, t6, \operand
    .endif
    .if \n > 2
    \operation 2, s8, s9, s4, s5, \operand
    \operation 3, s10, s11, s6, s7, \operand
    .endif
.endm

.macro start_pair i, word, group, whole, high, unused
    lw \whole, (8 * \i)(a0)
    lw \high, (8 * \i + 4)(a0)
.endm

.macro load_word i, word, group, whole, high, offset
    lw \word, (\offset + 4 * \i)(a0)
.endm

.macro start_group i, word, group, whole, high, unused
    .if \i > 0
    mv \group, s1
    .endif
.endm

.macro step i, word, group, whole, high, mask
    and T, \word, \mask
    mulhsu T, X, T
    add \group, \group, T
.endm

.macro lower_half i, word, group, whole, high, unused
    slli \word, \word, 8
.endm

.macro end_group i, word, group, whole, high, unused
    add \whole, \whole, \group
    srli \group, \group, 16
    add \high, \high, \group
.endm

.macro steps_int4 n, word_offset, x_offset
    each_pair \n, load_word, \word_offset
    lw X, \x_offset(a1)
    each_pair \n, step, MASK0
    lw X, \x_offset + 4(a1)
    each_pair \n, step, MASK1
    each_pair \n, lower_half, 0
    lw X, \x_offset + 8(a1)
    each_pair \n, step, MASK0
    lw X, \x_offset + 12(a1)
    each_pair \n, step, MASK1
.endm

.macro eight_steps_int4 n
    steps_int4 \n, 0, 0
    steps_int4 \n, 4 * \n, 16
    addi a0, a0, 8 * \n
.endm

.macro eight_steps_int2 n
    each_pair \n, load_word, 0
    lw X, 0(a1)
    each_pair \n, step, MASK0
    lw X, 4(a1)
    each_pair \n, step, MASK1
    lw X, 8(a1)
    each_pair \n, step, MASK2
    lw X, 12(a1)
    each_pair \n, step, MASK3
    each_pair \n, lower_half, 0
    lw X, 16(a1)
    each_pair \n, step, MASK0
    lw X, 20(a1)
    each_pair \n, step, MASK1
    lw X, 24(a1)
    each_pair \n, step, MASK2
    lw X, 28(a1)
    each_pair \n, step, MASK3
    addi a0, a0, 4 * \n
.endm

/* Two masks are kept by the stores, the others not. */
.macro masks_int4
    li MASK0, 0x0f000f00
    li MASK1, 0xf000f000
.endm

.macro lost_masks_int4
.endm

.macro masks_int2
    li MASK0, 0x03000300
    li MASK1, 0x0c000c00
.endm

.macro lost_masks_int2
    li MASK2, 0x30003000
    li MASK3, 0xc000c000
.endm

/* void name(mcuai_rv32_run *run): run->chunks chunks of n pairs; weights and output move on. */
.macro packed_kernel name, type, n, saved, rows
    .section .text.\name, "ax", @progbits
    .balign 4
    .globl \name
    .type \name, @function
\name:
    save_registers \saved
    mv a2, a0
    lw a0, RUN_WEIGHTS(a2)
    masks_\type
1:  each_pair \n, start_pair, 0
    addi a0, a0, 8 * \n
    lw a1, RUN_X(a2)
    lw a7, RUN_X_END(a2)
    lost_masks_\type
2:  lw s1, 0(a1)
    lw GROUP_END, 4(a1)
    addi a1, a1, 8
    each_pair \n, start_group, 0
3:  eight_steps_\type \n
    addi a1, a1, 32
    bne a1, GROUP_END, 3b
    each_pair \n, end_group, 0
    bne a1, a7, 2b
    call mcuai_rv32_store_\rows\()_rows
    addi a0, a0, 24 * \n
    lw X, RUN_CHUNKS(a2)
    addi X, X, -1
    sw X, RUN_CHUNKS(a2)
    bnez X, 1b
    sw a0, RUN_WEIGHTS(a2)
    restore_registers_and_return \saved
    .size \name, . - \name
.endm

    packed_kernel mcuai_rv32_int4_8_rows, int4, 4, 12, 8
    packed_kernel mcuai_rv32_int4_4_rows, int4, 2, 4, 4
    packed_kernel mcuai_rv32_int4_2_rows, int4, 1, 2, 2
    packed_kernel mcuai_rv32_int2_8_rows, int2, 4, 12, 8
    packed_kernel mcuai_rv32_int2_4_rows, int2, 2, 4, 4
    packed_kernel mcuai_rv32_int2_2_rows, int2, 1, 2, 2
