/* Rows of INT4 matrices of language models times a vector, four at a time. Products as in kernels/dsp/rows_s4.S, for a cell of at
 * most 32 columns, which have one multiplier in each row; a cell's sum fits 16 bits.
 *
 * Block: cells {N(p + 8) + 4096 N(p + 8 + 16 (q + 8))}, depth / 4 times {w(0,2) w(1,3)}, {multipliers}; then four
 * mantissas, four bytes 31 - exponent. The vector has {starts of r2-r5, address in here} before each cell's numbers
 * and {address in here} after them.
 */
#include "linear.inc"

#include "../../kernels/dsp/products_s4.inc"

    LINEAR_BEGIN s4
    /* The totals, at the stack's top. */
    sub sp, #16
.Lblock:
    ldr r1, [sp, #16 + X]
    movs r2, #0
    strd r2, r2, [sp]
    strd r2, r2, [sp, #8]
    b .Lcell
    .balign 4
.Lnext:
    stm sp, {r7-r10}
.Lcell:
    ldm r1!, {r2-r6}
    ldr r7, [r0], #4
    ubfx r8, r7, #0, #12
    sub r3, r3, r7, lsr #12
    subs r2, r2, r8
    bx r6
    .balign 4
.L32:
    STEP8
.L24:
    STEP8
.L16:
    STEP8
.L8:
    STEP8
    subs r5, r5, r3
    subs r3, r3, r2
    subs r4, r4, r2
    subs r5, r5, r4
    asrs r3, r3, #4
    asrs r4, r4, #8
    asrs r5, r5, #12
    ldr r6, [r0], #4
    ldm sp, {r7-r10}
    sxtb16 r11, r6
    sxtb16 lr, r6, ror #8
    smlabb r7, r2, r11, r7
    smlabb r8, r3, lr, r8
    smlabt r9, r4, r11, r9
    smlabt r10, r5, lr, r10
    ldr pc, [r1], #4
    .balign 4
.Lsums:
    LINEAR_END s4, r7, r8, r9, r10, 16
    ENTRIES s4, .L8 + 1, .L16 + 1, .L24 + 1, .L32 + 1, .Lnext + 1, .Lsums + 1
