/* One pixel of a depthwise convolution, four channels at a time, from a list of the addresses of its taps.
 *
 * Words of two taps hold four channels each; PKHBT and PKHTB put the taps side by side, SXTB16 widens, SMLAD adds two
 * taps of one channel. Group: bias of each channel, for each two taps {w(0,1), w(2,3)} with bytes (a, a', b, b'),
 * {multiplier, rounding, exponent} of each channel.
 */
#include "rows.inc"

    .equ TAPS, 4
    .equ TAPS_END, 8
    .equ CHANNELS, 12
    .equ REQUANTIZE_TAPS, 16
    .equ AT, 20
    .equ TAPS_FRAME, 24

    .macro DOUBLE_TAPS
    lsls r2, r2, #1
    lsls r3, r3, #1
    lsls r4, r4, #1
    lsls r5, r5, #1
    str r6, [sp, #AT]
    .endm

    .macro FINISH_TAPS scale
    DOUBLE_TAPS
    ldm r0!, {r6-r11}
    \scale r2, r6, r7, r8
    \scale r3, r9, r10, r11
    ldm r0!, {r6-r11}
    \scale r4, r6, r7, r8
    \scale r5, r9, r10, r11
    STORE_TAPS
    .endm

    .macro STORE_TAPS
    ldr r6, [sp, #AT]
    ldr r7, [sp, #OUTPUT]
    ldr r8, [sp, #CHANNELS]
    add r7, r6
    adds r6, #4
    strb r2, [r7]
    strb r3, [r7, #1]
    strb r4, [r7, #2]
    strb r5, [r7, #3]
    cmp r6, r8
    bne .Lgroup
    add sp, #TAPS_FRAME
    pop {r4-r11, pc}
    .endm

    .section .text.mcuai_dsp_depthwise_taps, "ax", %progbits
    .balign 4
    .global mcuai_dsp_depthwise_taps
    .type mcuai_dsp_depthwise_taps, %function
    .thumb_func
mcuai_dsp_depthwise_taps:
    push {r4-r11, lr}
    sub sp, #TAPS_FRAME
    ldm r1, {r2-r6}
    stm sp, {r2-r6}
    movs r6, #0
.Lgroup:
    ldr r1, [sp, #TAPS]
    ldr lr, [sp, #TAPS_END]
    ldm r0!, {r2-r5}
2:  ldrd r7, r8, [r1], #8
    ldr r7, [r7, r6]
    ldr r8, [r8, r6]
    ldm r0!, {r11, r12}
    pkhbt r9, r7, r8, lsl #16
    pkhtb r10, r8, r7, asr #16
    sxtb16 r7, r9
    sxtb16 r8, r11
    sxtb16 r9, r9, ror #8
    sxtb16 r11, r11, ror #8
    smlad r2, r7, r8, r2
    smlad r3, r9, r11, r3
    sxtb16 r7, r10
    sxtb16 r8, r12
    sxtb16 r10, r10, ror #8
    sxtb16 r12, r12, ror #8
    smlad r4, r7, r8, r4
    smlad r5, r10, r12, r5
    cmp r1, lr
    bne 2b
    ldr pc, [sp, #REQUANTIZE_TAPS]
.Lexact:
    FINISH_TAPS SCALE_EXACT
.Lrectified:
    FINISH_TAPS SCALE_RECTIFIED
.Lgeneral:
    DOUBLE_TAPS
    bl mcuai_dsp_scale_general
    STORE_TAPS
    .size mcuai_dsp_depthwise_taps, . - mcuai_dsp_depthwise_taps

    .section .rodata.mcuai_dsp_taps_entries, "a", %progbits
    .balign 4
    .global mcuai_dsp_taps_entries
    .type mcuai_dsp_taps_entries, %object
mcuai_dsp_taps_entries:
    .word .Lexact + 1, .Lrectified + 1, .Lgeneral + 1
    .size mcuai_dsp_taps_entries, . - mcuai_dsp_taps_entries
