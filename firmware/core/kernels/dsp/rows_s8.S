/* Rows of int8 weights times one vector of activations, four rows at a time.
 *
 * A halfword holds p + 256 q for two rows p, q. SMLAD on it accumulates P + 256 Q. P alone comes from Winograd's inner
 * product, (p0 + x1)(p1 + x0) = p0 x0 + p1 x1 + p0 p1 + x0 x1: SXTAB16 takes p out of the halfword and adds in one go.
 * The products p0 p1 are in the row's constant, the products x0 x1 in the run's sums. Eight products take five
 * instructions, from weights that are never unpacked.
 *
 * Block: {cP, cA, cP', cA'}, depth / 4 times {w(0,2) w(1,3)} of rows 0, 1 and the same of rows 2, 3, then
 * {multiplier, rounding, exponent} of each row.
 */
#include "rows.inc"

    .equ UNROLL, 8

#include "products_s8.inc"

    /* Twice the accumulators of the four rows in r2-r5. */
    .macro SEPARATE
    subs r3, r3, r2
    subs r5, r5, r4
    asrs r3, r3, #7
    asrs r5, r5, #7
    lsls r2, r2, #1
    lsls r4, r4, #1
    .endm

    /* Rows of a pair that changed places: bit 25 of the first one's exponent, behind which r0 points by `past`. */
    .macro EXCHANGE_PAIR p, q, past
    ldr r6, [r0, #-\past]
    lsls r6, r6, #6
    bpl 1f
    mov r6, \p
    mov \p, \q
    mov \q, r6
1:
    .endm

    .macro EXCHANGE
    EXCHANGE_PAIR r2, r3, 40
    EXCHANGE_PAIR r4, r5, 16
    .endm

    ROWS_BEGIN s8
    add r2, r6
    add r4, r6
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
    ROWS_END s8
