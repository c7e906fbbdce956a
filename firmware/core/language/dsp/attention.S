/* The loops of attention over positions, of two heads a and b that share their keys and values. Positions come in fours,
 * and lie in cells of two: sums {a(t) b(t) a(t+1) b(t+1)}; scores {a(t) a(t+1) b(t) b(t+1)}; weights {a(t) | a(t+1) << 16,
 * -, b(t) | b(t+1) << 16, -}. Words of keys, values and queries are four or twice two bytes as SXTB16 takes them apart. */
#include "function.inc"

    .macro SIZE name
    .size mcuai_dsp_\name, . - mcuai_dsp_\name
    .endm

    /* Of a query of eight numbers: leading zeros that all magnitudes have, at least 1, and its pairs (0, 2), (1, 3), (4, 6), (5, 7) of
     * 15 bits. */
    .macro MAGNITUDE x
    eor r12, \x, \x, asr #31
    sub r12, r12, \x, asr #31
    orrs r2, r2, r12
    .endm

    .macro NARROW x0, x1, x2, x3
    lsl \x0, \x0, r2
    lsl \x1, \x1, r2
    lsl \x2, \x2, r3
    lsl \x3, \x3, r3
    pkhtb \x0, \x2, \x0, asr #17
    pkhtb \x1, \x3, \x1, asr #17
    .endm

    /* int32_t mcuai_dsp_query8(const int32_t *q, uint32_t words[4]) */
    FUNCTION mcuai_dsp_query8
    push {r4-r11}
    ldm r0, {r4-r11}
    movs r2, #0
    MAGNITUDE r4
    MAGNITUDE r5
    MAGNITUDE r6
    MAGNITUDE r7
    MAGNITUDE r8
    MAGNITUDE r9
    MAGNITUDE r10
    MAGNITUDE r11
    clz r0, r2
    cmp r0, #1
    it lo
    movlo r0, #1
    subs r2, r0, #1
    subs r3, r0, #2
    bmi 2f
1:  NARROW r4, r5, r6, r7
    NARROW r8, r9, r10, r11
    stm r1, {r4, r5, r8, r9}
    pop {r4-r11}
    bx lr
    /* Numbers for upper halves are shifted to the right by 1 here. */
2:  asrs r6, r6, #1
    asrs r7, r7, #1
    asr r10, r10, #1
    asr r11, r11, #1
    movs r3, #0
    b 1b
    SIZE query8

    /* void mcuai_dsp_scores_*(const int8_t *keys, const uint32_t *query, int32_t *sums, uint32_t count): sums of products
     * of four or eight numbers; `more` adds them to the sums. */
    /* Adds the products of a word's four numbers and both queries' to the sums r1 and r3. */
    .macro MORE_KEY word, a0, a1, b0, b1
    sxtb16 lr, \word, ror #8
    sxtb16 \word, \word
    smlad r1, lr, \a1, r1
    smlad r3, lr, \b1, r3
    smlad r1, \word, \a0, r1
    smlad r3, \word, \b0, r3
    .endm

    /* The same of the first word, which is in r3. */
    .macro FIRST_KEY a0, a1, b0, b1
    sxtb16 lr, r3, ror #8
    sxtb16 r3, r3
    smuad r1, lr, \a1
    smlad r1, r3, \a0, r1
    smuad r3, r3, \b0
    smlad r3, lr, \b1, r3
    .endm

    .macro SCORES name, width
    FUNCTION mcuai_dsp_scores_\name
    push {r4-r11, lr}
    add r3, r2, r3, lsl #3
    push {r3}
    .if \width == 8
    ldm r1, {r4-r11}
    .else
    ldm r1, {r4-r7}
    .endif
1:
    .rept 4
    SCORE_\name
    strd r1, r3, [r2], #8
    .endr
    ldr r12, [sp]
    cmp r2, r12
    bne 1b
    pop {r3-r11, pc}
    SIZE scores_\name
    .endm

    .macro SCORE_first8
    ldm r0!, {r3, r12}
    FIRST_KEY r4, r5, r8, r9
    MORE_KEY r12, r6, r7, r10, r11
    .endm

    .macro SCORE_first4
    ldr r3, [r0], #4
    FIRST_KEY r4, r5, r6, r7
    .endm

    .macro SCORE_more8
    ldrd r1, r3, [r2]
    ldr r12, [r0], #4
    MORE_KEY r12, r4, r5, r8, r9
    ldr r12, [r0], #4
    MORE_KEY r12, r6, r7, r10, r11
    .endm

    .macro SCORE_more4
    ldrd r1, r3, [r2]
    ldr r12, [r0], #4
    MORE_KEY r12, r4, r5, r6, r7
    .endm

    SCORES first8, 8
    SCORES first4, 4
    SCORES more8, 8
    SCORES more4, 4

    .macro GREATER x, most
    cmp \x, \most
    bgt 2f
3:
    .subsection 1
2:  mov \most, \x
    b 3b
    .previous
    .endm

    /* void mcuai_dsp_scale_first(const int32_t *sums, int32_t *scores, const int16_t *scales, uint32_t count,
     *                            int32_t greatest[2]): scores, which may be the sums. */
    FUNCTION mcuai_dsp_scale_first
    push {r4-r11, lr}
    ldr r12, [sp, #36]
    ldrd r10, r11, [r12]
1:
    .rept 2
    ldm r0!, {r4-r7}
    ldr r8, [r2], #4
    smulwb r4, r4, r8
    smulwb r9, r5, r8
    smulwt r5, r6, r8
    smulwt r12, r7, r8
    GREATER r4, r10
    GREATER r5, r10
    GREATER r9, r11
    GREATER r12, r11
    stm r1!, {r4, r5, r9, r12}
    .endr
    subs r3, #4
    bne 1b
    ldr r12, [sp, #36]
    strd r10, r11, [r12]
    pop {r4-r11, pc}
    SIZE scale_first

    /* The same of the keys' second part, added to the scores of the first. */
    FUNCTION mcuai_dsp_scale_more
    push {r4-r11, lr}
    ldr r12, [sp, #36]
    ldrd r10, r11, [r12]
1:
    .rept 2
    ldm r0!, {r4-r7}
    ldr r8, [r2], #4
    ldrd r9, r12, [r1]
    smlawb r4, r4, r8, r9
    smlawt r9, r6, r8, r12
    ldrd r6, r12, [r1, #8]
    smlawb r5, r5, r8, r6
    smlawt r7, r7, r8, r12
    GREATER r4, r10
    GREATER r9, r10
    GREATER r5, r11
    GREATER r7, r11
    strd r5, r7, [r1, #8]
    strd r4, r9, [r1], #16
    .endr
    subs r3, #4
    bne 1b
    ldr r12, [sp, #36]
    strd r10, r11, [r12]
    pop {r4-r11, pc}
    SIZE scale_more

    /* uint32_t mcuai_dsp_weigh_*(int32_t *scores, const int16_t *scales, const mcuai_dsp_weighing *): weights in place of a
     * head's scores, and the sum of the probabilities. See mcuai_exp2 for the function. */
    .macro WEIGHT shift, u, scale
    cmp \u, r9
    blt 2f
    subs \u, r2, \u
    \shift \u, \u, r3
    smmla \u, \u, r4, r5
    ubfx r12, \u, #0, #11
    ubfx lr, \u, #11, #5
    mls r12, r12, r8, r7
    ldr lr, [sp, lr, lsl #2]
    lsrs \u, \u, #16
    smmul r12, r12, lr
    ldrsh lr, [r1, #\scale]
    lsr r12, r12, \u
    lsls lr, lr, #9
    add r6, r6, r12
    smmulr \u, r12, lr
3:
    .subsection 1
2:  mov \u, #0
    b 3b
    .previous
    .endm

    .macro WEIGH_TWO name, scale
    ldrd r10, r11, [r0]
    WEIGHT \name, r10, \scale
    WEIGHT \name, r11, \scale + 2
    pkhbt r10, r10, r11, lsl #16
    str r10, [r0], #16
    .endm

    .macro WEIGH name
    FUNCTION mcuai_dsp_weigh_\name
    push {r4-r11, lr}
    sub sp, #132
    ldr r3, =mcuai_powers
    mov r12, sp
    .rept 4
    ldm r3!, {r4-r11}
    stm r12!, {r4-r11}
    .endr
    ldm r2, {r2-r6, r9}
    str r6, [sp, #128]
    movs r6, #0
    mov r7, #0x10000000
    movw r8, #2809
1:
    WEIGH_TWO \name, 0
    WEIGH_TWO \name, 4
    ldr r12, [sp, #128]
    adds r1, #8
    cmp r0, r12
    blo 1b
    mov r0, r6
    add sp, #132
    pop {r4-r11, pc}
    SIZE weigh_\name
    .ltorg
    .endm

    WEIGH lsl
    WEIGH lsr

    /* High_round, then a rounding shift to the right whose carry is the half. */
    .macro DIVIDE sum, reciprocal, right
    smmulr \sum, \sum, \reciprocal
    asrs \sum, \sum, \right
    adc \sum, \sum, #0
    .endm

    /* void mcuai_dsp_mix_*(const int8_t *values, const int32_t *weights, uint32_t count, const mcuai_dsp_mixing *): outputs of
     * both heads, of four values; where either's shift is less than 1, the sums instead. */
    .macro MIX name
    FUNCTION mcuai_dsp_mix_\name
    push {r3-r11, lr}
    add r2, r1, r2, lsl #3
    push {r2}
    movs r2, #0
    movs r3, #0
    movs r4, #0
    movs r5, #0
    movs r6, #0
    movs r7, #0
    mov r8, #0
    mov r9, #0
1:
    .rept 2
    ldm r1!, {r10-r12, lr}
    orrs r11, r10, r12
    beq 2f
    MIX_\name
3:
    .subsection 1
2:  add r0, #BYTES_\name
    b 3b
    .previous
    .endr
    ldr r12, [sp]
    cmp r1, r12
    bne 1b
    ldr r12, [sp, #4]
    ldm r12, {r0, r1, r10, r11, r12, lr}
    cmp r12, #1
    it ge
    cmpge lr, #1
    blt 4f
    DIVIDE r2, r10, r12
    DIVIDE r3, r10, r12
    DIVIDE r4, r10, r12
    DIVIDE r5, r10, r12
    DIVIDE r6, r11, lr
    DIVIDE r7, r11, lr
    DIVIDE r8, r11, lr
    DIVIDE r9, r11, lr
4:  stm r1, {r6-r9}
    stm r0, {r2-r5}
    add sp, #8
    pop {r4-r11, pc}
    SIZE mix_\name
    .endm

    .macro MIX_TWO a0, a1, b0, b1
    ldr r11, [r0], #4
    sxtb16 lr, r11, ror #8
    sxtb16 r11, r11
    smlad \a0, r11, r10, \a0
    smlad \a1, lr, r10, \a1
    smlad \b0, r11, r12, \b0
    smlad \b1, lr, r12, \b1
    .endm

    /* Values of two positions beside each other. */
    .macro MIX_pairs
    MIX_TWO r2, r3, r6, r7
    MIX_TWO r4, r5, r8, r9
    .endm

    .macro MIX_FOUR half, stride
    ldr r11, [r0], #\stride
    sxtb16 lr, r11, ror #8
    sxtb16 r11, r11
    smlab\half r2, r11, r10, r2
    smlab\half r3, lr, r10, r3
    smlat\half r4, r11, r10, r4
    smlat\half r5, lr, r10, r5
    smlab\half r6, r11, r12, r6
    smlab\half r7, lr, r12, r7
    smlat\half r8, r11, r12, r8
    smlat\half r9, lr, r12, r9
    .endm

    /* Values that are keys of four or eight numbers. */
    .macro MIX_keys4
    MIX_FOUR b, 4
    MIX_FOUR t, 4
    .endm

    .macro MIX_keys8
    MIX_FOUR b, 8
    MIX_FOUR t, 8
    .endm

    /* Of values of two positions. */
    .equ BYTES_pairs, 8
    .equ BYTES_keys4, 8
    .equ BYTES_keys8, 16

    MIX pairs
    MIX keys4
    MIX keys8
