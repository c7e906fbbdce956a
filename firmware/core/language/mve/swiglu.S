/* void mcuai_swiglu(const int32_t *gate, const int32_t *up, uint32_t count, int32_t *y): docs/transformer-arithmetic.md,
 * "SwiGLU". Quotients are found one by one. */
    .syntax unified
    .thumb

    .section .text.mcuai_swiglu, "ax", %progbits
    .balign 4
    .global mcuai_swiglu
    .type mcuai_swiglu, %function
    .thumb_func
mcuai_swiglu:
    push {r4-r11, lr}
    vpush {d8-d15}
    sub sp, #20
    ldr r4, =1549082005
    vdup.32 q4, r4
    ldr r4, =-2809
    vdup.32 q5, r4
    ldr r4, =0x80000001
    vdup.32 q6, r4
    vstrw.32 q6, [sp]
    ldr r5, =mcuai_powers
    mov r6, #0x10000000
    mov r7, #0x10000
    vdup.32 q7, r7 @ inactive lanes are divided by this
    wlstp.32 lr, r2, 2f
    mov r2, #0x8000
1:  vldrw.u32 q0, [r0], #16
    vqabs.s32 q1, q0
    vqshl.s32 q1, q1, #10 @ 2^21 - 1 gives the exponent of 2^21
    vshr.s32 q1, q1, #10
    vmulh.s32 q1, q1, q4
    vshl.i32 q1, q1, #2
    /* 2^-z in Q16, see mcuai_exp2. */
    vshl.i32 q2, q1, #16
    vshl.i32 q3, q1, #21
    vshr.u32 q2, q2, #27
    vshr.u32 q3, q3, #21
    vldrw.u32 q6, [r5, q2, uxtw #2]
    vmlas.s32 q3, q5, r6
    vshr.s32 q1, q1, #16
    vmulh.s32 q3, q6, q3
    vneg.s32 q1, q1
    vshl.u32 q3, q3, q1
    vshr.u32 q3, q3, #11
    vadd.i32 q7, q3, r7
    vshl.i32 q3, q3, #15
    vpt.s32 ge, q0, zr
    vmovt.i32 q3, #0x80000000
    vmov r8, r9, q3[2], q3[0]
    vmov r10, r11, q3[3], q3[1]
    vmov r4, r12, q7[2], q7[0]
    udiv r8, r8, r4
    udiv r9, r9, r12
    vmov r4, r12, q7[3], q7[1]
    udiv r10, r10, r4
    udiv r11, r11, r12
    vmov q3[2], q3[0], r8, r9
    vmov q3[3], q3[1], r10, r11
    /* Half of twice the product with a sigmoid of Q31, which has no 1. */
    vshl.i32 q1, q3, #16
    vqrdmulh.s32 q1, q0, q1
    vpt.i32 eq, q3, r2
    vorrt q1, q0, q0
    vldrw.u32 q2, [r1], #16
    /* A product whose upper half exceeds 16 bits has no place for its lower one. */
    vmulh.s32 q3, q1, q2
    vmul.i32 q1, q1, q2
    vqshl.s32 q2, q3, #16
    vrshr.u32 q1, q1, #16
    vldrw.u32 q6, [sp]
    vqadd.s32 q1, q1, q2
    rsb r4, r2, #0
    vmax.s32 q1, q1, q6
    vpt.s32 lt, q3, r4
    vorrt q1, q6, q6
    vstrw.32 q1, [r3], #16
    letp lr, 1b
2:  add sp, #20
    vpop {d8-d15}
    pop {r4-r11, pc}
    .size mcuai_swiglu, . - mcuai_swiglu
    .ltorg
