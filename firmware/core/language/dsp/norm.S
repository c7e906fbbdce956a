/* The loops of the root-mean-square norm. */
#include "function.inc"

    .macro SQUARES
    ldm r0!, {r4-r7}
    lsl r4, r4, r8
    lsl r5, r5, r8
    lsl r6, r6, r8
    lsl r7, r7, r8
    smlaltt r2, r3, r4, r4
    smlaltt r2, r3, r5, r5
    smlaltt r2, r3, r6, r6
    smlaltt r2, r3, r7, r7
    .endm

    /* uint64_t mcuai_dsp_squares(const int32_t *x, uint32_t fours, uint64_t sum, uint32_t shift): plus the squares of the
     * upper 16 bits of x << shift. */
    FUNCTION mcuai_dsp_squares
    push {r4-r8}
    ldr r8, [sp, #20]
    adds r1, #1
    lsrs r1, r1, #1
    bcc 2f
1:  SQUARES
2:  SQUARES
    subs r1, #1
    bne 1b
    mov r0, r2
    mov r1, r3
    pop {r4-r8}
    bx lr
    .size mcuai_dsp_squares, . - mcuai_dsp_squares

    /* Two numbers, shifted to the left, times the factor (r8) and a word of gains, shifted to the right by r9. SMULWT
     * and half of it, rounded, are high_round(v << 15, factor). */
    .macro SCALE_TWO x0, x1, gains
    smulwt \x0, r8, \x0
    smulwt \x1, r8, \x1
    asrs \x0, \x0, #1
    adc \x0, \x0, #0
    asrs \x1, \x1, #1
    adc \x1, \x1, #0
    lsl r12, \gains, #16
    bfc \gains, #0, #16
    smmulr \x0, \x0, r12
    smmulr \x1, \x1, \gains
    asrs \x0, \x0, r9
    adc \x0, \x0, #0
    asrs \x1, \x1, r9
    adc \x1, \x1, #0
    .endm

    .macro SCALE_FOUR
    ldm r0!, {r4-r7}
    ldrd r10, r11, [r1], #8
    lsl r4, r4, lr
    lsl r5, r5, lr
    lsl r6, r6, lr
    lsl r7, r7, lr
    SCALE_TWO r4, r5, r10
    SCALE_TWO r6, r7, r11
    stm r3!, {r4-r7}
    .endm

    /* void mcuai_dsp_norm(const int32_t *x, const int16_t *gain, uint32_t fours, int32_t *y, const mcuai_dsp_norming *) */
    FUNCTION mcuai_dsp_norm
    push {r4-r11, lr}
    ldr r12, [sp, #36]
    ldm r12, {r8, r9, lr}
    adds r2, #1
    lsrs r2, r2, #1
    bcc 2f
1:  SCALE_FOUR
2:  SCALE_FOUR
    subs r2, #1
    bne 1b
    pop {r4-r11, pc}
    .size mcuai_dsp_norm, . - mcuai_dsp_norm
