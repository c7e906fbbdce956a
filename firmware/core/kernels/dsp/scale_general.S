/* Scales of the general form, for layers of which some row is not shifted to the right.
 *
 * The third word of a row's {multiplier, rounding, exponent} is then: byte 0 the exponent, 0 without a shift to the
 * right; byte 2 a shift to the left that comes first; bit 31 set if the exponent is 0, for which halves round upwards,
 * negative ones as well. Takes no more code than one of the row kernels' own ends, so that all of them share it.
 */
    .syntax unified
    .thumb

    .macro SCALE_GENERAL accumulator, multiplier, rounding, form
    lsr r12, \form, #16
    lsl \accumulator, \accumulator, r12
    bic r12, \accumulator, \form
    add r12, \rounding, r12, asr #31
    smmlar \accumulator, \accumulator, \multiplier, r12
    asr \accumulator, \accumulator, \form
    ssat \accumulator, #8, \accumulator
    .endm

    /* r2-r5 twice the accumulators of four rows, which become outputs; r0 their scales, which it passes. Spoils
     * r6-r12. */
    .section .text.mcuai_dsp_scale_general, "ax", %progbits
    .balign 4
    .global mcuai_dsp_scale_general
    .type mcuai_dsp_scale_general, %function
    .thumb_func
mcuai_dsp_scale_general:
    ldm r0!, {r6-r11}
    SCALE_GENERAL r2, r6, r7, r8
    SCALE_GENERAL r3, r9, r10, r11
    ldm r0!, {r6-r11}
    SCALE_GENERAL r4, r6, r7, r8
    SCALE_GENERAL r5, r9, r10, r11
    bx lr
    .size mcuai_dsp_scale_general, . - mcuai_dsp_scale_general
