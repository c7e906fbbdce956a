/* Rows of INT8 matrices of language models times a vector, four at a time. Products as in kernels/dsp/rows_s8.S.
 *
 * Block: {-N(p)} of rows 0 and 2, depth / 4 times {w(0,2) w(1,3)} of rows 0, 1 and the same of rows 2, 3, four
 * mantissas, four bytes 31 - exponent.
 */
#include "linear.inc"

    .equ UNROLL, 8

#include "../../kernels/dsp/products_s8.inc"

    LINEAR_BEGIN s8
.Lblock:
    ldm r0!, {r2, r4}
    ldm sp, {r1, r3, r5, r6}
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
    ldr pc, [sp, #ROUND_END]
    .balign 4
.Lagain:
    ldr r6, [sp, #X_END]
    cmp r1, r6
    bne .Lloop
.Lend:
    /* 256 times the sums of odd rows; what LEFT shifts them by is at least 8. */
    subs r3, r3, r2
    subs r5, r5, r4
    LINEAR_END s8
    ENTRIES s8, .Lloop + 1, .Lstep - .Lloop, .Lhalf + 1, .Lagain + 1, .Lend + 1
