/* int8 activations to int16, four at a time as the pairs (0, 2) and (1, 3), which is what SXTB16 makes of a word.
 * uint32_t *widen(uint32_t *x, const int8_t *source, uint32_t count, mcuai_dsp_sums *sums) */
    .syntax unified
    .thumb

    /* r4 even pair, r5 odd pair of word r4; r12 sum of products of neighbours, r6 sum of values, r7 ones. */
    .macro WIDEN_s8 even, odd
    sxtb16 \odd, \even, ror #8
    sxtb16 \even, \even
    smlad r12, \even, \odd, r12
    .endm

    .macro WIDEN_s4 even, odd
    WIDEN_s8 \even, \odd
    smlad r6, \even, r7, r6
    smlad r6, \odd, r7, r6
    .endm

    /* r7 zero: USADA8 adds up the four bytes. The 128 of each is taken off the sum at the end. */
    .macro WIDEN_s2 even, odd
    eor \even, \even, #0x80808080
    usada8 r6, \even, r7, r6
    uxtb16 \odd, \even, ror #8
    uxtb16 \even, \even
    lsls \odd, \odd, #2
    lsls \even, \even, #2
    .endm

    .macro WIDEN name, seventh
    .section .text.mcuai_dsp_widen_\name, "ax", %progbits
    .balign 4
    .global mcuai_dsp_widen_\name
    .type mcuai_dsp_widen_\name, %function
    .thumb_func
mcuai_dsp_widen_\name:
    push {r4-r11, lr}
    ldrd r12, r6, [r3]
    mov r7, #\seventh
    .ifc \name, s2
    adds r4, r2, #3
    bic r4, r4, #3
    sub r6, r6, r4, lsl #7
    .endif
    subs r2, #16
    blo 2f
1:  ldr r4, [r1]
    ldr r8, [r1, #4]
    ldr r10, [r1, #8]
    ldr r11, [r1, #12]
    adds r1, #16
    WIDEN_\name r4, r5
    WIDEN_\name r8, r9
    stm r0!, {r4, r5, r8, r9}
    WIDEN_\name r10, r4
    WIDEN_\name r11, r5
    str r10, [r0]
    str r4, [r0, #4]
    str r11, [r0, #8]
    str r5, [r0, #12]
    adds r0, #16
    subs r2, #16
    bhs 1b
2:  adds r2, #12
    blt 4f
3:  ldr r4, [r1], #4
    WIDEN_\name r4, r5
    strd r4, r5, [r0], #8
    subs r2, #4
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
6:  strd r12, r6, [r3]
    pop {r4-r11, pc}
    .size mcuai_dsp_widen_\name, . - mcuai_dsp_widen_\name
    .endm

    WIDEN s8, 1
    WIDEN s4, 0x00010001
    WIDEN s2, 0
