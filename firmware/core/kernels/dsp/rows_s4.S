/* Rows of int4 weights times one vector of activations, four rows at a time.
 *
 * A halfword holds p + 16 q + 256 r + 4096 s, all but s as value + 8. Four accumulators: A of the whole halfword,
 * B of its low byte, C of p + 256 r, D of p. B and D come from Winograd's inner product (see rows_s8.S), A and C from
 * plain SMLAD; differences and shifts separate the rows at the end. No nibble is ever unpacked.
 *
 * Block: {cD, cB, cC, cA}, depth / 4 times {w(0,2) w(1,3)}, then {multiplier, rounding, exponent} of each row.
 */
#include "rows.inc"

    .equ UNROLL, 4

#include "products_s4.inc"

    /* Twice the accumulators of p, q, r, s in r2-r5. */
    .macro SEPARATE
    subs r5, r5, r3
    subs r3, r3, r2
    subs r4, r4, r2
    subs r5, r5, r4
    lsls r2, r2, #1
    asrs r3, r3, #3
    asrs r4, r4, #7
    asrs r5, r5, #11
    .endm

    .macro EXCHANGE
    .endm

    ROWS_BEGIN s4
    add r10, sp, #SUMS + 4
    ldm r10, {r7-r9}
    add r2, r6
    add r3, r7
    add r4, r8
    add r5, r9
    ldr pc, [sp, #ENTRY]
.Lhalf:
    ldm r1!, {r10, r11}
    STEP4 r10, r11
    ldr pc, [sp, #ENTRY + 4]
    .balign 4
.Lloop:
    STEP8
.Lstep:
    .rept UNROLL - 1
    STEP8
    .endr
    ROWS_END s4
