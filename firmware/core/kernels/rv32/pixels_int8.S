/* INT8 rows times four pixels on RV32IM, two pixels to a multiplication: the layout of
 * rows_int8.S, read by bytes.
 *
 * A word of the vectors holds x + 2^16 y of two pixels; the product with a weight, 128 added, is
 * two sums in 16-bit fields. The correction word of two steps, 0x7f00 - 128 (x + x') in both
 * fields, makes each field the true sum plus 0x7f00, which lies in 0..0xff00. Each row has for
 * two pixels the sums of the whole words and of their high halves.
 *
 * Vectors, for each two steps: words of the first two pixels, correction, words of the other two,
 * correction. */
#include "run.inc"

#define A0_ a2
#define A1_ a3
#define A_CORRECTION a4
#define B0_ a5
#define B1_ a6
#define B_CORRECTION a7
#define W0 t0
#define W1 t1
#define U t2
#define V ra

/* In the frame of save_registers. */
#define FRAME_WORD_STEP 48
#define FRAME_X_END 52
#define FRAME_RUN 56

/* Starting sums of pair `i`: {start of P + 2^16 Q, start of Q} at a0; each row starts alike for
 * all pixels. */
.macro start_pair i, wa, ha, wb, hb, wc, hc, wd, hd
    lw \ha, (8 * \i)(a0)
    lw \hc, (8 * \i + 4)(a0)
    slli U, \hc, 16
    sub \ha, \ha, U
    add \wc, \hc, U
    slli U, \ha, 16
    add \wa, \ha, U
    mv \wb, \wa
    mv \hb, \ha
    mv \wd, \wc
    mv \hd, \hc
.endm

.macro two_steps offset, wa, ha, wb, hb
    lbu W0, \offset(a0)
    lbu W1, \offset + 1(a0)
    mul U, W0, A0_
    mul V, W1, A1_
    mul W0, W0, B0_
    mul W1, W1, B1_
    add U, U, A_CORRECTION
    add U, U, V
    add \wa, \wa, U
    srli U, U, 16
    add \ha, \ha, U
    add W0, W0, B_CORRECTION
    add W0, W0, W1
    add \wb, \wb, W0
    srli W0, W0, 16
    add \hb, \hb, W0
.endm

.macro load_vectors offset
    lw A0_, \offset(a1)
    lw A1_, \offset + 4(a1)
    lw A_CORRECTION, \offset + 8(a1)
    lw B0_, \offset + 12(a1)
    lw B1_, \offset + 16(a1)
    lw B_CORRECTION, \offset + 20(a1)
.endm

.macro first_pair_steps offset
    two_steps \offset, t3, t4, t5, t6
    two_steps \offset + 2, s4, s5, s6, s7
.endm

.macro second_pair_steps offset
    two_steps \offset + 4, s0, s1, s2, s3
    two_steps \offset + 6, s8, s9, s10, s11
.endm

.macro store_pixels row, wa, ha, wb, hb
    lw t0, (12 * \row)(a0)
    lw t1, (12 * \row + 4)(a0)
    lw t2, (12 * \row + 8)(a0)
    slli a1, \ha, 16
    sub \wa, \wa, a1
    slli a1, \hb, 16
    sub \wb, \wb, a1
    round_and_clamp \wa, t0, t1, t2, a1, a6, a7
    sb \wa, \row(a2)
    round_and_clamp \ha, t0, t1, t2, a1, a6, a7
    sb \ha, \row(a3)
    round_and_clamp \wb, t0, t1, t2, a1, a6, a7
    sb \wb, \row(a4)
    round_and_clamp \hb, t0, t1, t2, a1, a6, a7
    sb \hb, \row(a5)
.endm

/* Stores the sums of 4 or 2 rows and moves output and records on. As in store.S, records below 0
 * are of a chunk with shifts to the left. */
.macro enter_store rows, general
    lw t0, FRAME_RUN(sp)
    lw a0, RUN_RECORDS(t0)
    lw a2, RUN_OUTPUT(t0)
    lw t1, 8(a0)
    addi t2, a0, 12 * \rows
    sw t2, RUN_RECORDS(t0)
    addi t2, a2, \rows
    sw t2, RUN_OUTPUT(t0)
    li t2, \rows
    bltz t1, \general
    lw t1, RUN_PITCH(t0)
    add a3, a2, t1
    add a4, a3, t1
    add a5, a4, t1
    lw a6, RUN_LOW(t0)
    lw a7, RUN_HIGH(t0)
.endm

    .section .text.mcuai_rv32_store_pixels, "ax", @progbits
    .balign 4
    .globl mcuai_rv32_store_pixels_2_rows
    .globl mcuai_rv32_store_pixels_4_rows
mcuai_rv32_store_pixels_4_rows:
    enter_store 4, 2f
    store_pixels 2, s0, s1, s2, s3
    store_pixels 3, s8, s9, s10, s11
    j 1f
mcuai_rv32_store_pixels_2_rows:
    enter_store 2, 2f
1:  store_pixels 0, t3, t4, t5, t6
    store_pixels 1, s4, s5, s6, s7
    ret
2:  mv t1, t0
    mv t0, a2
    mv a2, t1
    li t1, 4
    tail mcuai_rv32_store_any

/* reg = n, known or of the run at t0. */
.macro load_pairs reg, n
    .if \n > 0
    li \reg, \n
    .else
    lw \reg, RUN_PAIRS(t0)
    .endif
.endm

/* From one word of the weights to the next for 2 steps of the same pair, if n is not known. */
.macro next_word n
    .if \n == 0
    lw U, FRAME_WORD_STEP(sp)
    add a0, a0, U
    .endif
.endm

/* void name(mcuai_rv32_run *run): run->chunks chunks of n pairs (0: run->pairs, 2 or 4), `rows`
 * rows (4, or all 2) at a time; weights and output move on. */
.macro pixels_kernel name, n, rows
    .section .text.\name, "ax", @progbits
    .balign 4
    .globl \name
    .type \name, @function
\name:
    save_registers 12
    sw a0, FRAME_RUN(sp)
    lw t0, RUN_X_END(a0)
    sw t0, FRAME_X_END(sp)
1:  lw t0, FRAME_RUN(sp)
    lw t1, RUN_WEIGHTS(t0)
    lw t2, RUN_PAIR_BYTES(t0)
    load_pairs a1, \n
    mul t2, t2, a1
    add t2, t2, t1
    sw t2, RUN_RECORDS(t0)
    slli a1, a1, 2
    .if \n == 0
    sw a1, FRAME_WORD_STEP(sp)
    .endif
    slli a1, a1, 1
    add t2, t2, a1
    slli a1, a1, 1
    add t2, t2, a1
    sw t2, RUN_NEXT(t0)
    sw zero, RUN_PARTS(t0)
2:  lw t0, FRAME_RUN(sp)
    lw a0, RUN_WEIGHTS(t0)
    lw a1, RUN_X(t0)
    /* The words of a part lie 8 bytes after those of the part before, its starting sums 16. */
    lw W1, RUN_PARTS(t0)
    load_pairs V, \n
    slli W1, W1, 3
    slli V, V, 3
    add a0, a0, W1
    add a0, a0, W1
    start_pair 0, t3, t4, t5, t6, s4, s5, s6, s7
    .if \rows == 4
    start_pair 1, s0, s1, s2, s3, s8, s9, s10, s11
    .endif
    sub a0, a0, W1
    add a0, a0, V
3:  load_vectors 0
    first_pair_steps 0
    .if \rows == 4
    second_pair_steps 0
    .endif
    next_word \n
    load_vectors 24
    first_pair_steps 4 * \n
    .if \rows == 4
    second_pair_steps 4 * \n
    .endif
    next_word \n
    lw U, FRAME_X_END(sp)
    .if \n > 0
    addi a0, a0, 8 * \n
    .endif
    addi a1, a1, 48
    bne a1, U, 3b
    call mcuai_rv32_store_pixels_\rows\()_rows
    lw t0, FRAME_RUN(sp)
    lw t1, RUN_PARTS(t0)
    load_pairs t2, \n
    addi t1, t1, 1
    sw t1, RUN_PARTS(t0)
    .if \rows == 4
    slli t1, t1, 1
    .endif
    bne t1, t2, 2b
    lw t1, RUN_NEXT(t0)
    sw t1, RUN_WEIGHTS(t0)
    lw t1, RUN_CHUNKS(t0)
    addi t1, t1, -1
    sw t1, RUN_CHUNKS(t0)
    bnez t1, 1b
    restore_registers_and_return 12
    .size \name, . - \name
.endm

    pixels_kernel mcuai_rv32_pixels_16_rows, 8, 4
    pixels_kernel mcuai_rv32_pixels_8_or_4_rows, 0, 4
    pixels_kernel mcuai_rv32_pixels_2_rows, 1, 2
