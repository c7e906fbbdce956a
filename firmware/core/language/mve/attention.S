/* The loops of attention over positions, four at a time (attention.h). */
    .syntax unified
    .thumb

    .equ KEYS, 0
    .equ LINE, 4
    .equ SCALES, 8
    .equ SCORES, 12
    .equ QUERY, 16
    .equ WIDTH, 20
    .equ FOURS, 24
    .equ GREATEST, 28

    .macro FUNCTION name
    .section .text.mcuai_mve_\name, "ax", %progbits
    .global mcuai_mve_\name
    .type mcuai_mve_\name, %function
    .balign 4
    .thumb_func
mcuai_mve_\name:
    push {r4-r11, lr}
    vpush {d8-d15}
    .endm

    .macro END name
    vpop {d8-d15}
    pop {r4-r11, pc}
    .size mcuai_mve_\name, . - mcuai_mve_\name
    .endm

    /* Sums in r0, r2, r4 and r6 times scales at r3. */
    .macro SHARES
    vmov q0[2], q0[0], r0, r4
    vmov q0[3], q0[1], r2, r6
    vldrh.s32 q1, [r3], #8
    vshl.i32 q1, q1, #16
    vmulh.s32 q0, q0, q1
    .endm

    .macro PRODUCT sum
    vldrb.s16 q0, [r1]
    add r1, r1, r9
    vmladav.s16 \sum, q0, q7
    .endm

    FUNCTION score_eight
    ldrd r1, r9, [r0, #KEYS]
    ldrd r3, r8, [r0, #SCALES]
    ldr r2, [r0, #QUERY]
    ldrd lr, r4, [r0, #FOURS]
    vldrh.u16 q7, [r2]
    vdup.32 q5, r4
    dls lr, lr
1:  PRODUCT r0
    PRODUCT r2
    PRODUCT r4
    PRODUCT r6
    SHARES
    vmax.s32 q5, q5, q0
    vstrw.32 q0, [r8], #16
    le lr, 1b
    mov r0, #0x80000000
    vmaxv.s32 r0, q5
    END score_eight

    .macro ROW row, sum, vector
    vldrb.s16 \vector, [\row], #8
    vmladava.s16 \sum, \vector, q0
    .endm

    .macro SCORE name
    FUNCTION score_\name
    mov r11, r0
    ldrd r10, r9, [r11, #KEYS]
    ldr r12, [r11, #WIDTH]
    ldr r4, [r11, #GREATEST]
    vdup.32 q5, r4
1:  mov r1, r10
    add r3, r1, r9
    add r5, r3, r9
    add r7, r5, r9
    add r10, r7, r9
    ldr r8, [r11, #QUERY]
    movs r0, #0
    movs r2, #0
    movs r4, #0
    movs r6, #0
    dlstp.16 lr, r12
2:  vldrh.u16 q0, [r8], #16
    ROW r1, r0, q1
    ROW r3, r2, q2
    ROW r5, r4, q1
    ROW r7, r6, q2
    letp lr, 2b
    ldrd r3, r8, [r11, #SCALES]
    SHARES
    .ifc \name, more
    vldrw.u32 q1, [r8]
    vadd.i32 q0, q0, q1
    .endif
    vmax.s32 q5, q5, q0
    vstrw.32 q0, [r8], #16
    strd r3, r8, [r11, #SCALES]
    ldr r0, [r11, #FOURS]
    subs r0, #1
    str r0, [r11, #FOURS]
    bne 1b
    mov r0, #0x80000000
    vmaxv.s32 r0, q5
    END score_\name
    .endm

    SCORE first
    SCORE more

    /* See mcuai_exp2 for the function. Distances are shifted to the left with saturation; where they are too far, the
     * exponent becomes 127, which gives 0. */
    FUNCTION weigh
    ldm r0, {r0-r6}
    vdup.32 q6, r3
    vdup.32 q7, r6
    movw r6, #2047
    vdup.32 q4, r6
    movw r6, #2809
    rsb r6, r6, #0
    vdup.32 q5, r6
    ldr r6, =mcuai_powers
    mov r7, #0x10000000
    mov r8, #0x800000
    mov r3, r0
    mov r12, #0
    wlstp.32 lr, r2, 2f
1:  vldrw.u32 q0, [r0], #16
    vsub.i32 q0, q6, q0
    vqshl.u32 q0, r4
    vmulh.s32 q1, q0, q7
    vadd.i32 q1, q1, r5
    vpt.u32 hi, q0, r8
    vmovt.i32 q1, #0x7f0000
    vshl.i32 q2, q1, #16
    vand q3, q1, q4
    vshr.u32 q2, q2, #27
    vmlas.s32 q3, q5, r7
    vldrw.u32 q0, [r6, q2, uxtw #2]
    vshr.s32 q1, q1, #16
    vmulh.s32 q0, q0, q3
    vneg.s32 q1, q1
    vldrh.s32 q2, [r1], #8
    vshl.u32 q0, q0, q1
    vshl.i32 q2, q2, #9
    vaddva.u32 r12, q0
    vrmulh.s32 q2, q0, q2
    vstrh.32 q2, [r3], #8
    letp lr, 1b
2:  mov r0, r12
    END weigh
    .ltorg
