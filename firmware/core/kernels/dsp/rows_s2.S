/* Rows of int2 weights times one vector of activations, four rows at a time.
 *
 * A word of weights holds four rows of four. Rotated and masked it gives halfwords p + 2^14 q, p as value + 2, for two
 * elements; SMLAD with activations 4 * (x + 128) makes four products, P in the low half of the accumulator and Q in
 * the high half. The low half holds 16 elements of the depth; then both are added to the totals.
 *
 * Block: {c0, c1, c2, c3}, depth / 4 words, then {multiplier, rounding, exponent} of each row. c0 and c2 and the
 * totals of their rows are four times the accumulator.
 */
#include "rows.inc"

    .equ UNROLL, 2

    .macro PRODUCTS word, first=smlad, a=r8, b=r9
    ldrd r12, lr, [r1], #8
    and r10, r11, \word
    .ifc \first, smuad
    smuad r8, r10, r12
    .else
    smlad r8, r10, r12, r8
    .endif
    and r10, r11, \word, ror #4
    .ifc \first, smuad
    smuad r9, r10, r12
    .else
    smlad r9, r10, r12, r9
    .endif
    and r10, r11, \word, ror #8
    smlad r8, r10, lr, r8
    and r10, r11, \word, ror #12
    smlad r9, r10, lr, r9
    .endm

    .macro TOTALS
    uxtah r2, r2, r8
    add r3, r3, r8, asr #16
    uxtah r4, r4, r9
    add r5, r5, r9, asr #16
    .endm

    .macro STEP16
    ldrd r6, r7, [r0], #8
    PRODUCTS r6, smuad
    PRODUCTS r7
    ldrd r6, r7, [r0], #8
    PRODUCTS r6
    PRODUCTS r7
    TOTALS
    .endm

    .macro SEPARATE
    asrs r2, r2, #1
    lsls r3, r3, #1
    asrs r4, r4, #1
    lsls r5, r5, #1
    .endm

    .macro EXCHANGE
    .endm

    ROWS_BEGIN s2
    ldr r11, =0xc003c003
    add r2, r6
    add r4, r6
    ldr pc, [sp, #ENTRY]
    /* The one to three fours of a depth that is no multiple of sixteen. */
.Lhalf:
    ldr r7, [r0], #4
    PRODUCTS r7, smuad
    ldr r12, [sp, #REMAINDER]
    subs r12, #1
    beq 2f
    mov r6, r12
1:  ldr r7, [r0], #4
    PRODUCTS r7
    subs r6, #1
    bne 1b
2:  TOTALS
    ldr pc, [sp, #ENTRY + 4]
    .balign 4
.Lloop:
    STEP16
.Lstep:
    .rept UNROLL - 1
    STEP16
    .endr
    ROWS_END s2
