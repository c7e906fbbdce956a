/* What all rows of weights end in on RV32IM: sums become outputs.
 *
 * Sums lie in pairs {P + 2^16 Q, Q} in t3-t6, s4-s7, s0-s3, s8-s11, in this order: of two rows
 * times one vector, or of one row times two pixels. The records {2 multiplier, rounding, shift} are
 * at a0, the run at a2; both are kept, and a3 and a4. */
#include "run.inc"

#define MULTIPLIER t1
#define ROUNDING t2
#define SHIFT a5
#define LOW a6
#define HIGH a7

.macro store_row x, row
    lw MULTIPLIER, (12 * (\row))(a0)
    lw ROUNDING, (12 * (\row) + 4)(a0)
    lw SHIFT, (12 * (\row) + 8)(a0)
    round_and_clamp \x, MULTIPLIER, ROUNDING, SHIFT, a1, LOW, HIGH
    sb \x, (\row)(t0)
.endm

.macro store_pair i, whole, high
    slli a1, \high, 16
    sub \whole, \whole, a1
    store_row \whole, 2 * \i
    store_row \high, 2 * \i + 1
.endm

/* Moves RUN_OUTPUT on. A chunk whose records are below 0 has rows that shift to the left. */
.macro enter_rows rows, general
    lw t0, RUN_OUTPUT(a2)
    lw SHIFT, 8(a0)
    lw LOW, RUN_LOW(a2)
    lw HIGH, RUN_HIGH(a2)
    addi t1, t0, \rows
    sw t1, RUN_OUTPUT(a2)
    bltz SHIFT, \general
.endm

    .section .text.mcuai_rv32_store_rows, "ax", @progbits
    .balign 4
    .globl mcuai_rv32_store_16_rows
    .globl mcuai_rv32_store_8_rows
    .globl mcuai_rv32_store_4_rows
    .globl mcuai_rv32_store_2_rows
mcuai_rv32_store_16_rows:
    enter_rows 16, 16f
    store_pair 4, s0, s1
    store_pair 5, s2, s3
    store_pair 6, s8, s9
    store_pair 7, s10, s11
    j 1f
mcuai_rv32_store_8_rows:
    enter_rows 8, 18f
1:  store_pair 2, s4, s5
    store_pair 3, s6, s7
    j 2f
mcuai_rv32_store_4_rows:
    enter_rows 4, 14f
2:  store_pair 1, t5, t6
    j 3f
mcuai_rv32_store_2_rows:
    enter_rows 2, 12f
3:  store_pair 0, t3, t4
    ret
16: li t2, 16
    j 4f
18: li t2, 8
    j 4f
14: li t2, 4
    j 4f
12: li t2, 2
4:  li t1, 1
    tail mcuai_rv32_store_any

/* t2 rows with any shift times t1 pixels: output (row, pixel) at t0 + row + pixel * RUN_PITCH. */
    .section .text.mcuai_rv32_store_any, "ax", @progbits
    .balign 4
    .globl mcuai_rv32_store_any
    .type mcuai_rv32_store_any, @function
mcuai_rv32_store_any:
    addi sp, sp, -96
    sw t3, 0(sp)
    sw t4, 4(sp)
    sw t5, 8(sp)
    sw t6, 12(sp)
    sw s4, 16(sp)
    sw s5, 20(sp)
    sw s6, 24(sp)
    sw s7, 28(sp)
    sw s0, 32(sp)
    sw s1, 36(sp)
    sw s2, 40(sp)
    sw s3, 44(sp)
    sw s8, 48(sp)
    sw s9, 52(sp)
    sw s10, 56(sp)
    sw s11, 60(sp)
    sw a0, 64(sp)
    sw a2, 68(sp)
    sw ra, 72(sp)
    sw a3, 76(sp)
    sw a4, 80(sp)
    lw LOW, RUN_LOW(a2)
    lw HIGH, RUN_HIGH(a2)
    lw t6, RUN_PITCH(a2)
    mv t3, sp
1:  lw a3, 0(a0)
    lw a4, 4(a0)
    lw SHIFT, 8(a0)
    mv t4, t1
    mv t5, t0
2:  lw a1, 0(t3)
    andi a2, t3, 4
    bnez a2, 3f
    lw a2, 4(t3)
    slli a2, a2, 16
    sub a1, a1, a2
3:  srai ra, a1, 31
    ori ra, ra, 1
    slli a2, SHIFT, 16
    srai a2, a2, 24
    bltz a2, 4f
    sll a1, a1, a2 /* a shift to the left, if by 0: one rounding, ties upwards */
    li ra, 0
4:  round_with_sign a1, a3, a4, SHIFT, ra, LOW, HIGH
    sb a1, 0(t5)
    add t5, t5, t6
    addi t3, t3, 4
    addi t4, t4, -1
    bnez t4, 2b
    addi a0, a0, 12
    addi t0, t0, 1
    addi t2, t2, -1
    bnez t2, 1b
    lw a0, 64(sp)
    lw a2, 68(sp)
    lw ra, 72(sp)
    lw a3, 76(sp)
    lw a4, 80(sp)
    addi sp, sp, 96
    ret
    .size mcuai_rv32_store_any, . - mcuai_rv32_store_any
