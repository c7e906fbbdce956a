@ Addition of int8 tensors, four elements at a time in 32 bits. Arguments, see add.c: r0 terms, r1
@ a, r2 b, r3 output, stack the number of vectors.

    .syntax unified
    .thumb
    .text

    .equ FACTORS, 28
    .equ LOW, 36
    .equ FIRST, 44
    .equ STACKED, 10 * 4 + 8 * 8

@ As in matrix.S, with the shift in a register.
    .macro REQUANTIZE value, multiplier, shift
    vqrdmulh.s32 \value, \value, \multiplier
    vpt.s32 le, \value, \shift
    vsubt.i32 \value, \value, r7
    vrshl.s32 \value, \shift
    .endm

    .macro ADD name, halved
    .global \name
    .type \name, %function
    .balign 4
    .thumb_func
\name:
    push {r4-r12, lr}
    vpush {d8-d15}
    mov r12, r0
    mov r0, r1
    mov r1, r2
    mov r2, r3
    ldrd r3, r4, [r12, #FACTORS]
    vdup.32 q2, r3
    vdup.32 q3, r4
    ldrd r3, r4, [r12, #LOW]
    vdup.32 q4, r3
    vdup.32 q5, r4
    ldr lr, [sp, #STACKED]
    mov r7, #1
    ldm r12!, {r3-r6, r8-r10}
    ldrd r11, r12, [r12, #FIRST - FACTORS]
    dls lr, lr
1:
    vldrb.s32 q0, [r0], #4
    vldrb.s32 q1, [r1], #4
    vmlas.s32 q0, q2, r3
    vmlas.s32 q1, q3, r4
    .if \halved == 0
    REQUANTIZE q0, r11, r12
    .endif
    REQUANTIZE q1, r5, r6
    vadd.i32 q0, q0, q1
    REQUANTIZE q0, r8, r9
    vadd.i32 q0, q0, r10
    vmax.s32 q0, q0, q4
    vmin.s32 q0, q0, q5
    vstrb.32 q0, [r2], #4
    le lr, 1b
    vpop {d8-d15}
    pop {r4-r12, pc}
    .size \name, . - \name
    .endm

    ADD mcuai_mve_add, 0
    ADD mcuai_mve_add_halved, 1
