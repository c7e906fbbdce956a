@ Depthwise convolution straight from NHWC: a vector holds 16 channels of one pixel, or of several
@ neighbouring pixels when a pixel has fewer channels.
@
@ Products and the sums of two of them (INT8) or of all of them (INT4, INT2) stay in 16 bits,
@ which the encoder of the weights makes sure of; then they are widened to 32 bits. Widening
@ separates even and odd lanes twice, so the four vectors of sums are channels 4i, 4i+2, 4i+1 and
@ 4i+3; the constants lie in the same order, and narrowing puts the channels in order again.

    .syntax unified
    .thumb

    .equ WEIGHTS, 4
    .equ REPEATS, 12
    .equ BLOCKS, 16
    .equ INPUT_SKIP, 20
    .equ OUTPUT_SKIP, 24
    .equ TAP_GROUPS, 28
    .equ LANES, 32
    .equ INPUT_START, 36
    .equ ONE, 40
    .equ ZERO_POINT, 48
    .equ LOW, 64
    .equ HIGH, 80

@ q0 = 16 inputs; a partial block reads only its lanes (p0).
    .macro LOAD_INPUT address, partial
    .if \partial
    vpst
    vldrbt.u8 q0, [\address]
    .else
    vldrb.8 q0, [\address]
    .endif
    .endm

@ Adds the 16-bit sums q2 (even channels) and q3 (odd) to q4-q7.
    .macro WIDEN
    vmovlb.s16 q0, q2
    vmovlt.s16 q1, q2
    vadd.i32 q4, q4, q0
    vmovlb.s16 q0, q3
    vadd.i32 q5, q5, q1
    vmovlt.s16 q1, q3
    vadd.i32 q6, q6, q0
    vadd.i32 q7, q7, q1
    .endm

@ Products of the second INT8 tap of a pair, inputs in q0: no register is left to hold its
@ weights, hence two loads.
    .macro SECOND_TAP
    vldrb.8 q1, [r9]
    vmullb.s8 q1, q0, q1
    vadd.i16 q2, q2, q1
    vldrb.8 q1, [r9], #16
    vmullt.s8 q1, q0, q1
    vadd.i16 q3, q3, q1
    .endm

    .macro LOAD_BIAS
    vldrw.u32 q4, [r9], #16
    vldrw.u32 q5, [r9], #16
    vldrw.u32 q6, [r9], #16
    vldrw.u32 q7, [r9], #16
    .endm

@ Multiplier and shift of one vector of sums, rounded as in matrix.S.
    .macro SCALE sums, one
    vldrw.u32 q0, [r9], #16
    vldrw.u32 q1, [r9], #16
    vqrdmulh.s32 \sums, \sums, q0
    vpt.s32 le, \sums, q1
    vsubt.i32 \sums, \sums, \one
    vrshl.s32 \sums, \sums, q1
    .endm

    .macro SCALE_ALL one
    SCALE q4, \one
    SCALE q5, \one
    SCALE q6, \one
    SCALE q7, \one
    .endm

@ The same where the lanes have the general form (matrix.h).
    .macro SCALE_GENERAL sums
    vldrw.u32 q0, [r9, #16]
    vshr.s32 q1, q0, #8
    vshl.s32 \sums, \sums, q1
    vldrw.u32 q1, [r9], #32
    vqrdmulh.s32 \sums, \sums, q1
    vand q1, \sums, q0
    vshr.s32 q1, q1, #31
    vadd.i32 \sums, \sums, q1
    vrshl.s32 \sums, \sums, q0
    .endm

    .section .text.mcuai_mve_depthwise_scale, "ax", %progbits
    .type scale_general, %function
    .balign 4
    .thumb_func
scale_general:
    SCALE_GENERAL q4
    SCALE_GENERAL q5
    SCALE_GENERAL q6
    SCALE_GENERAL q7
    bx lr
    .size scale_general, . - scale_general

@ q4 = 16 outputs from the scaled sums q4-q7.
    .macro NARROW args
    vqmovnb.s32 q4, q4
    vqmovnb.s32 q6, q6
    vldrw.u32 q0, [\args, #ZERO_POINT]
    vqmovnt.s32 q4, q5
    vqmovnt.s32 q6, q7
    vqadd.s16 q4, q4, q0
    vqadd.s16 q6, q6, q0
    vldrw.u32 q0, [\args, #LOW]
    vqmovnb.s16 q4, q4
    vldrw.u32 q1, [\args, #HIGH]
    vqmovnt.s16 q4, q6
    vmax.s8 q4, q4, q0
    vmin.s8 q4, q4, q1
    .endm

@ Loops over groups of taps: r5 their addresses, r6 the distance from the first output, r9 weights;
@ INT8: r4 the number of groups.

    .macro TAPS_8 partial
    LOAD_BIAS
    dls lr, r4
1:
    ldrd r0, r1, [r5], #8
    add r0, r0, r6
    add r1, r1, r6
    LOAD_INPUT r0, \partial
    vldrb.8 q1, [r9], #16
    vmullb.s8 q2, q0, q1
    vmullt.s8 q3, q0, q1
    LOAD_INPUT r1, \partial
    SECOND_TAP
    WIDEN
    le lr, 1b
    .endm

@ Adds a tap's products to q2 and q3: weights in q6, inputs loaded here.
    .macro PACKED_TAP address, partial
    LOAD_INPUT \address, \partial
    vmullb.s8 q1, q0, q6
    vadd.i16 q2, q2, q1
    vmullt.s8 q1, q0, q6
    vadd.i16 q3, q3, q1
    .endm

@ q6 = field of the packed weights q5 whose top is `left` bits below the byte's.
    .macro FIELD left, bits
    vshl.i8 q6, q5, #\left
    vshr.s8 q6, q6, #8 - \bits
    .endm

    .macro GROUP_4 partial
    ldrd r0, r1, [r5], #8
    vldrb.8 q5, [r9], #16
    add r0, r0, r6
    FIELD 4, 4
    PACKED_TAP r0, \partial
    add r1, r1, r6
    vshr.s8 q6, q5, #4
    PACKED_TAP r1, \partial
    .endm

    .macro GROUP_2 partial
    ldm r5!, {r0-r3}
    vldrb.8 q5, [r9], #16
    add r0, r0, r6
    FIELD 6, 2
    PACKED_TAP r0, \partial
    add r1, r1, r6
    FIELD 4, 2
    PACKED_TAP r1, \partial
    add r2, r2, r6
    FIELD 2, 2
    PACKED_TAP r2, \partial
    add r3, r3, r6
    vshr.s8 q6, q5, #6
    PACKED_TAP r3, \partial
    .endm

    .macro TAPS_PACKED bits, partial
    vmov.i16 q2, #0
    vmov.i16 q3, #0
    mov r4, r9
    vldrw.u32 q4, [r9], #64
    ldr lr, [r11, #TAP_GROUPS]
    dls lr, lr
1:
    GROUP_\bits \partial
    le lr, 1b
    vldrw.u32 q5, [r4, #16]
    vldrw.u32 q6, [r4, #32]
    vldrw.u32 q7, [r4, #48]
    WIDEN
    .endm

    .macro TAPS_4 partial
    TAPS_PACKED 4, \partial
    .endm

    .macro TAPS_2 partial
    TAPS_PACKED 2, \partial
    .endm

    .macro DEPTHWISE name, bits, partial
    .section .text.\name, "ax", %progbits
    .balign 4
    .global \name
    .type \name, %function
    .thumb_func
\name:
    push {r4-r11, lr}
    vpush {d8-d15}
    mov r11, r0
    ldr r10, [r11, #WEIGHTS + 4]
    ldr r8, [r11, #REPEATS]
    ldr r6, [r11, #INPUT_START]
    ldr r7, [r11, #ONE]
    .if \bits == 8
    ldr r4, [r11, #TAP_GROUPS]
    .endif
2:
    ldr r9, [r11, #WEIGHTS]
    ldr r12, [r11, #BLOCKS]
3:
    ldr r5, [r11]
    .if \partial
    ldr lr, [r11, #LANES]
    vctp.8 lr
    .endif
    TAPS_\bits \partial
    cbnz r7, 4f
    bl scale_general
    b 5f
4:
    SCALE_ALL r7
5:
    NARROW r11
    .if \partial
    ldr lr, [r11, #LANES]
    vctp.8 lr
    vpst
    vstrbt.8 q4, [r10]
    add r10, r10, #16
    .else
    vstrb.8 q4, [r10], #16
    .endif
    add r6, r6, #16
    subs r12, r12, #1
    bne 3b
    ldrd r0, r1, [r11, #INPUT_SKIP]
    add r6, r6, r0
    add r10, r10, r1
    subs r8, r8, #1
    bne 2b
    vpop {d8-d15}
    pop {r4-r11, pc}
    .size \name, . - \name
    .endm

    DEPTHWISE mcuai_mve_depthwise_8, 8, 0
    DEPTHWISE mcuai_mve_depthwise_4, 4, 0
    DEPTHWISE mcuai_mve_depthwise_2, 2, 0
    DEPTHWISE mcuai_mve_depthwise_partial_8, 8, 1
    DEPTHWISE mcuai_mve_depthwise_partial_4, 4, 1
    DEPTHWISE mcuai_mve_depthwise_partial_2, 2, 1

@ Nine taps of INT8, the addresses of their inputs in r0-r8; lr arguments, r11 blocks, r12 one,
@ stack: repeats.

    .macro NINE_FIRST address
    vldrb.8 q0, [\address], #16
    vldrb.8 q1, [r9], #16
    vmullb.s8 q2, q0, q1
    vmullt.s8 q3, q0, q1
    .endm

    .macro NINE_PAIR first, second
    NINE_FIRST \first
    vldrb.8 q0, [\second], #16
    SECOND_TAP
    WIDEN
    .endm

    .section .text.mcuai_mve_depthwise_nine_8, "ax", %progbits
    .global mcuai_mve_depthwise_nine_8
    .type mcuai_mve_depthwise_nine_8, %function
    .balign 4
    .thumb_func
mcuai_mve_depthwise_nine_8:
    push {r4-r11, lr}
    vpush {d8-d15}
    mov lr, r0
    ldr r10, [lr, #WEIGHTS + 4]
    ldr r11, [lr, #REPEATS]
    mov r12, #1
    push {r11, r12}
    ldr r0, [lr]
    ldm r0, {r0-r8}
2:
    ldr r9, [lr, #WEIGHTS]
    ldr r11, [lr, #BLOCKS]
3:
    LOAD_BIAS
    NINE_PAIR r0, r1
    NINE_PAIR r2, r3
    NINE_PAIR r4, r5
    NINE_PAIR r6, r7
    NINE_FIRST r8
    WIDEN
    add r9, r9, #16 @ the padding's weights
    SCALE_ALL r12
    NARROW lr
    vstrb.8 q4, [r10], #16
    subs r11, r11, #1
    bne 3b
    ldrd r9, r11, [lr, #INPUT_SKIP]
    add r10, r10, r11
    ldr r11, [sp]
    cmp r9, #0
    beq 4f
    .irp tap, r0, r1, r2, r3, r4, r5, r6, r7, r8
    add \tap, \tap, r9
    .endr
4:
    subs r11, r11, #1
    str r11, [sp]
    bne 2b
    add sp, sp, #8
    vpop {d8-d15}
    pop {r4-r11, pc}
    .size mcuai_mve_depthwise_nine_8, . - mcuai_mve_depthwise_nine_8

@ Fills the table of taps (mcuai_mve_window in depthwise.h): r0 the window, r1 and r2 the
@ distances in bytes of the first tap's row from the image and of its column from the row.
    .equ ROW_BYTES, 16
    .equ KERNEL_W, 24
    .equ ROW_STEP, 28
    .equ KERNEL_H, 32
    .equ TAP_STEP, 36
    .equ SPARE, 40

    .section .text.mcuai_mve_point_taps, "ax", %progbits
    .global mcuai_mve_point_taps
    .type mcuai_mve_point_taps, %function
    .balign 4
    .thumb_func
mcuai_mve_point_taps:
    push {r4-r11, lr}
    mov r7, r2
    ldrd r2, r4, [r0]              @ table, image
    ldrd r6, r9, [r0, #8]          @ bytes of the image, padding
    ldrd r8, r10, [r0, #KERNEL_H]
1:
    ldrd r11, r12, [r0, #ROW_BYTES]
    ldr lr, [r0, #KERNEL_W]
    add r3, r4, r1
    cmp r1, r6
    csel r3, r3, r9, lo
    csel r11, r11, r12, lo
    mov r5, r7
    dls lr, lr
2:
    add r12, r3, r5
    cmp r5, r11
    csel r12, r12, r9, lo
    str r12, [r2], #4
    add r5, r5, r10
    le lr, 2b
    ldr r12, [r0, #ROW_STEP]
    add r1, r1, r12
    subs r8, r8, #1
    bne 1b
    ldr r5, [r0, #SPARE]
    ldr r0, [r0]
    ldr r0, [r0]
    wls lr, r5, 4f
3:
    str r0, [r2], #4
    le lr, 3b
4:
    pop {r4-r11, pc}
    .size mcuai_mve_point_taps, . - mcuai_mve_point_taps
