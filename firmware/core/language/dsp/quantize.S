/* Vectors of language models to int16, four at a time as the pairs (0, 2) and (1, 3). */
#include "function.inc"

    /* Keeps the greatest magnitude in r2. A negative number without its sign, by one's complement, is one less than its
     * magnitude: where that is no less than the greatest, as rarely happens, it is looked at again. */
    .macro GREATEST x
    eor r12, \x, \x, asr #31
    cmp r12, r2
    bhs 1f
3:
    .subsection 1
1:  subs r12, r12, \x, asr #31
    it mi
    mvnmi r12, #0x80000000
    mov r2, r12
    b 3b
    .previous
    .endm

    /* uint32_t mcuai_dsp_greatest(const int32_t *x, uint32_t count): the greatest magnitude, 2^31 - 1 at most. */
    FUNCTION mcuai_dsp_greatest
    push {r4-r11}
    movs r2, #0
    subs r1, #8
    blo 5f
4:  ldm r0!, {r4-r11}
    GREATEST r4
    GREATEST r5
    GREATEST r6
    GREATEST r7
    GREATEST r8
    GREATEST r9
    GREATEST r10
    GREATEST r11
    subs r1, #8
    bhs 4b
5:  adds r1, #8
    beq 7f
6:  ldr r4, [r0], #4
    GREATEST r4
    subs r1, #1
    bne 6b
7:  mov r0, r2
    pop {r4-r11}
    bx lr
    .size mcuai_dsp_greatest, . - mcuai_dsp_greatest

    /* uint32_t *mcuai_dsp_pack_NAME(uint32_t *words, const int32_t *x, uint32_t fours, mcuai_dsp_packing *)
     * Each x becomes (high_round(x << shift, reciprocal) + 2^20) >> 21. s8 adds up the products of neighbours; s4 also
     * the numbers; s2 stores four times the numbers and adds those up. */
    .macro PACK_FOUR name
    ldm r1!, {r4-r7}
    lsl r4, r4, r8
    lsl r5, r5, r8
    lsl r6, r6, r8
    lsl r7, r7, r8
    smmlar r4, r4, r9, r10
    smmlar r5, r5, r9, r10
    smmlar r6, r6, r9, r10
    smmlar r7, r7, r9, r10
    .ifc \name, s2
    asrs r6, r6, #3
    asrs r7, r7, #3
    pkhtb r4, r6, r4, asr #19
    pkhtb r5, r7, r5, asr #19
    bic r4, r4, #0x00030003
    bic r5, r5, #0x00030003
    .else
    asrs r6, r6, #5
    asrs r7, r7, #5
    pkhtb r4, r6, r4, asr #21
    pkhtb r5, r7, r5, asr #21
    smlad r11, r4, r5, r11
    .endif
    .ifnc \name, s8
    smlad r12, r4, lr, r12
    smlad r12, r5, lr, r12
    .endif
    stm r0!, {r4, r5}
    .endm

    .macro PACK name
    FUNCTION mcuai_dsp_pack_\name
    push {r3-r11, lr}
    ldm r3, {r8, r9, r11, r12}
    mov r10, #0x100000
    .ifnc \name, s8
    mov lr, #0x00010001
    .endif
    adds r2, #1
    lsrs r2, r2, #1
    bcc 2f
1:  PACK_FOUR \name
2:  PACK_FOUR \name
    subs r2, #1
    bne 1b
    pop {r3}
    strd r11, r12, [r3, #8]
    pop {r4-r11, pc}
    .size mcuai_dsp_pack_\name, . - mcuai_dsp_pack_\name
    .endm

    PACK s8
    PACK s4
    PACK s2
