/* int8 activations to int16, four at a time as the pairs (0, 2) and (1, 3), which is what SXTB16 makes of a word.
 * uint32_t *widen(uint32_t *x, const int8_t *source, uint32_t count, mcuai_dsp_sums *sums) */
    .syntax unified
    .thumb

    /* The word `even` becomes the pairs even, odd; r12 sums products of neighbours, lr values. r3 is a constant. */
    .macro WIDEN_s8 even, odd
    sxtb16 \odd, \even, ror #8
    sxtb16 \even, \even
    smlad r12, \even, \odd, r12
    .endm

    /* r3: ones. */
    .macro WIDEN_s4 even, odd
    WIDEN_s8 \even, \odd
    smlad lr, \even, r3, lr
    smlad lr, \odd, r3, lr
    .endm

    /* r3: zero. USADA8 adds up the four bytes; the 128 in each is taken off the sum beforehand. */
    .macro WIDEN_s2 even, odd
    eor \even, \even, #0x80808080
    usada8 lr, \even, r3, lr
    uxtb16 \odd, \even, ror #8
    uxtb16 \even, \even
    lsl \odd, \odd, #2
    lsl \even, \even, #2
    .endm

    .macro WIDEN name, constant
    .section .text.mcuai_dsp_widen_\name, "ax", %progbits
    .balign 4
    .global mcuai_dsp_widen_\name
    .type mcuai_dsp_widen_\name, %function
    .thumb_func
mcuai_dsp_widen_\name:
    push {r3-r11, lr}
    ldrd r12, lr, [r3]
    .ifnc \name, s8
    mov r3, #\constant
    .endif
    .ifc \name, s2
    adds r4, r2, #3
    bic r4, r4, #3
    sub lr, lr, r4, lsl #7
    .endif
    subs r2, #16
    blo 2f
1:  ldr r6, [r1, #4]
    ldr r8, [r1, #8]
    ldr r10, [r1, #12]
    ldr r4, [r1], #16
    WIDEN_\name r4, r5
    WIDEN_\name r6, r7
    WIDEN_\name r8, r9
    WIDEN_\name r10, r11
    subs r2, #16
    stm r0!, {r4-r11}
    bhs 1b
2:  adds r2, #12
    blt 4f
3:  ldr r4, [r1], #4
    WIDEN_\name r4, r5
    subs r2, #4
    strd r4, r5, [r0], #8
    bhs 3b
4:  adds r2, #4
    beq 6f
    /* One to three bytes; those missing are zeros. */
    movs r4, #0
5:  subs r2, #1
    ldrb r5, [r1, r2]
    lsl r4, r4, #8
    orr r4, r4, r5
    bne 5b
    WIDEN_\name r4, r5
    strd r4, r5, [r0], #8
6:  pop {r3}
    strd r12, lr, [r3]
    pop {r4-r11, pc}
    .size mcuai_dsp_widen_\name, . - mcuai_dsp_widen_\name
    .endm

    WIDEN s8, 0
    WIDEN s4, 0x00010001
    WIDEN s2, 0
