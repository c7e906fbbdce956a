/* Rows of INT2 matrices of language models times a vector, four at a time, in cells of 16 columns, which have one
 * multiplier in each row.
 *
 * A word holds four rows of four. Rotated and masked it gives halves u + 2^14 v for two columns: u the code of an even
 * row, v the code of an odd row minus 2, in two's complement. The vector's numbers are 4 x, so that an accumulator
 * holds P + 2^16 Q: P = 4 * sum of u x, Q = sum of v x. It starts with (2^15 - 6) * sum of x: weights are 2 u - 3 and
 * 2 v + 1, so that 15 bits below become twice the sum of the even row, and those above the sum of the odd one.
 *
 * Block: cells {four words} {multipliers}; then four mantissas, four bytes 31 - exponent. The vector has {start} before
 * each cell's numbers and {address in here} after them.
 */
#include "linear.inc"

    .macro PRODUCTS word
    ldrd r12, lr, [r1], #8
    and r10, r11, \word
    smlad r8, r10, r12, r8
    and r10, r11, \word, ror #4
    smlad r9, r10, r12, r9
    and r10, r11, \word, ror #8
    smlad r8, r10, lr, r8
    and r10, r11, \word, ror #12
    smlad r9, r10, lr, r9
    .endm

    LINEAR_BEGIN s2
.Lblock:
    ldr r1, [sp, #X]
    ldr r11, =0xc003c003
    movs r2, #0
    movs r3, #0
    movs r4, #0
    movs r5, #0
    .balign 4
.Lcell:
    ldr r8, [r1], #4
    ldrd r6, r7, [r0], #8
    mov r9, r8
    PRODUCTS r6
    PRODUCTS r7
    ldrd r6, r7, [r0], #8
    PRODUCTS r6
    PRODUCTS r7
    ldr r6, [r0], #4
    sbfx r7, r8, #1, #14
    sbfx r10, r9, #1, #14
    add r8, r8, #0x4000
    add r9, r9, #0x4000
    asr r8, r8, #15
    asr r9, r9, #15
    sxtb16 r12, r6
    sxtb16 lr, r6, ror #8
    smlabb r2, r7, r12, r2
    smlabb r3, r8, lr, r3
    smlabt r4, r10, r12, r4
    smlabt r5, r9, lr, r5
    ldr pc, [r1], #4
    .balign 4
.Lsums:
    LINEAR_END s2, r2, r3, r4, r5
    ENTRIES s2, .Lcell + 1, .Lsums + 1
