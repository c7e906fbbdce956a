/* void mcuai_rotate(const int32_t *x, const int32_t *angles, uint32_t width, int32_t *y): docs/transformer-arithmetic.md,
 * "Rotary position". */
    .syntax unified
    .thumb

    /* low: the sum of 64 bits over 2^30, saturated. */
    .macro DIVIDE low, high
    add r12, \high, #0x10000000
    lsrs r12, r12, #29
    bne 2f
    lsrs \low, \low, #30
    orr \low, \low, \high, lsl #2
    adc \low, \low, #0
3:
    .subsection 1
2:  adds \low, \low, #0x20000000
    adc \high, \high, #0
    lsrs \low, \low, #30
    orr \low, \low, \high, lsl #2
    add r12, \high, #0x20000000
    lsrs r12, r12, #30
    beq 4f
    mvn \low, #0x80000000
    eor \low, \low, \high, asr #31
4:  cmp \low, #0x80000000
    it eq
    addeq \low, #1
    b 3b
    .previous
    .endm

    .section .text.mcuai_rotate, "ax", %progbits
    .balign 4
    .global mcuai_rotate
    .type mcuai_rotate, %function
    .thumb_func
mcuai_rotate:
    push {r4-r11, lr}
    cbz r2, 5f
1:  ldrd r4, r5, [r0], #8
    ldrd r6, r7, [r1], #8
    smull r8, r9, r4, r6
    smull r10, r11, r4, r7
    rsb r4, r5, #0
    smlal r8, r9, r4, r7
    smlal r10, r11, r5, r6
    DIVIDE r8, r9
    DIVIDE r10, r11
    subs r2, #2
    strd r8, r10, [r3], #8
    bne 1b
5:  pop {r4-r11, pc}
    .size mcuai_rotate, . - mcuai_rotate
