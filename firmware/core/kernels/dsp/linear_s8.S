/* Rows of INT8 matrices of language models times a vector, four at a time. Products as in rows_s8.S.
 *
 * Block: {-N(p)} of rows 0 and 2, depth / 4 times {w(0,2) w(1,3)} of rows 0, 1 and the same of rows 2, 3, four
 * mantissas, four bytes 31 - exponent.
 */
#include "linear.inc"

    .equ UNROLL, 8

    .macro PAIR a, p, w0, w1, x0, x1
    smlad \a, \w0, \x0, \a
    smlad \a, \w1, \x1, \a
    sxtab16 \w0, \x1, \w0
    sxtab16 \w1, \x0, \w1
    smlad \p, \w0, \w1, \p
    .endm

    .macro STEP4 x0, x1
    ldm r0!, {r6-r9}
    PAIR r3, r2, r6, r7, \x0, \x1
    PAIR r5, r4, r8, r9, \x0, \x1
    .endm

    .macro STEP8
    ldm r1!, {r10-r12, lr}
    STEP4 r10, r11
    STEP4 r12, lr
    .endm

    LINEAR_BEGIN s8
.Lblock:
    ldm r0!, {r2, r4}
    ldrd r1, r6, [sp, #X]
    movs r3, #0
    movs r5, #0
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
.Lagain:
    ldr r6, [sp, #X_END]
    cmp r1, r6
    bne .Lloop
    subs r3, r3, r2
    subs r5, r5, r4
    asrs r3, r3, #8
    asrs r5, r5, #8
    LINEAR_END s8, r2, r3, r4, r5
    ENTRIES s8, .Lloop + 1, .Lstep - .Lloop, .Lhalf + 1, .Lagain + 1
