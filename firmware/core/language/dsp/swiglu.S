/* void mcuai_swiglu(const int32_t *gate, const int32_t *up, uint32_t count, int32_t *y): docs/transformer-arithmetic.md,
 * "SwiGLU". */
    .syntax unified
    .thumb

    /* One number. p = exp2(log2(e) * |gate|), Q16; a quarter of the exponent is in r11, and 11 for the shift from Q27.
     * 2^21 - 1 gives the exponent of 2^21. */
    .macro GATE
    ldr r10, [r0], #4
    eor r11, r10, r10, asr #31
    sub r11, r11, r10, asr #31
    usat r11, #21, r11
    smmla r11, r11, r5, r9
    ubfx r12, r11, #0, #9
    ubfx lr, r11, #9, #5
    mls r12, r12, r6, r7
    ldr lr, [r4, lr, lsl #2]
    lsrs r11, r11, #14
    smmul r12, r12, lr
    lsr r12, r12, r11
    add lr, r12, r8
    lsls r12, r12, #15
    cmp r10, #0
    it ge
    movge r12, #0x80000000
    udiv r12, r12, lr
    smull lr, r11, r10, r12
    lsrs lr, lr, #15
    orr lr, lr, r11, lsl #17
    adc lr, lr, #0
    ldr r10, [r1], #4
    smull r12, r11, lr, r10
    add lr, r11, #0x4000
    lsrs lr, lr, #15
    bne 3f
    lsrs r12, r12, #16
    orr r12, r12, r11, lsl #16
    adc r12, r12, #0
4:  str r12, [r3], #4
    .subsection 1
    /* Products near or beyond 2^47. */
3:  adds r12, r12, #0x8000
    adc r11, r11, #0
    lsrs r12, r12, #16
    orr r12, r12, r11, lsl #16
    add lr, r11, #0x8000
    lsrs lr, lr, #16
    itt ne
    mvnne r12, #0x80000000
    eorne r12, r12, r11, asr #31
    cmp r12, #0x80000000
    it eq
    addeq r12, #1
    b 4b
    .previous
    .endm

    .section .text.mcuai_swiglu, "ax", %progbits
    .balign 4
    .global mcuai_swiglu
    .type mcuai_swiglu, %function
    .thumb_func
mcuai_swiglu:
    push {r4-r11, lr}
    ldr r4, =mcuai_powers
    ldr r5, =1549082005
    movw r6, #4 * 2809
    mov r7, #0x10000000
    mov r8, #0x10000
    mov r9, #11 << 14
    cmp r2, #0
    beq 2f
    adds r2, #1
    lsrs r2, r2, #1
    bcc 5f
1:  GATE
5:  GATE
    subs r2, #1
    bne 1b
2:  pop {r4-r11, pc}
    .size mcuai_swiglu, . - mcuai_swiglu
    .ltorg
