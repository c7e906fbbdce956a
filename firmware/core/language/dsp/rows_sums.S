/* Sums of four rows of the rows layout: rows_product.h. A step is a word of each row, which may lie at any address, and
 * numbers in pairs as halfwords have the fields: (k, k + 2) of four INT8 weights, (k, k + 4) of eight INT4, (k, k + 8) of
 * sixteen INT2. Registers: r0 weights, r1 the vector, r2-r5 sums, r6 a word, r7 fields, r8-r11 numbers, r12 the pitch.
 */
#include "function.inc"

    /* Of mcuai_rows_cells. */
    .equ STEPS, 12
    .equ CELLS, 16
    .equ MULTIPLIERS, 20
    .equ GROUPS, 24
    .equ REPEAT, 28

    /* On the stack. */
    .equ X_END, 0
    .equ NUMBERS, 4
    .equ CELLS_LEFT, 8
    .equ NEXT, 12
    .equ REPEATS, 16
    .equ RUN, 20
    .equ TOTALS, 24
    .equ FRAME, 28

    /* void mcuai_dsp_sums_NAME(const mcuai_rows_cells *, uint32_t *totals) */
    .macro SUMS_BEGIN name
    FUNCTION mcuai_dsp_sums_\name
    push {r4-r11, lr}
    sub sp, #FRAME
    strd r0, r1, [sp, #RUN]
    ldrd r6, r7, [r0, #CELLS]
    ldr r8, [r0, #REPEAT]
    add r9, sp, #CELLS_LEFT
    stm r9, {r6-r8}
    ldm r0, {r0, r1, r6}
    mov r12, r1
    mov r1, r6
    .endm

    /* Of a cell; a step has 2^words bytes of numbers. The loop has two steps: an odd number of them begins with the second
     * one. */
    .macro SUMS_LOOP name, words
1:  ldr r6, [sp, #RUN]
    ldr r7, [r6, #STEPS]
    add r6, r1, r7, lsl #(\words)
    movs r2, #0
    strd r6, r2, [sp, #X_END]
    movs r3, #0
    movs r4, #0
    movs r5, #0
    lsrs r7, r7, #1
    bcs 3f
2:  STEP_\name
3:  STEP_\name
    ldr r6, [sp, #X_END]
    cmp r1, r6
    bne 2b
    .endm

    /* Sums times multipliers to totals; then the next cell, or the end. */
    .macro SUMS_END name
    ldr r6, [sp, #NEXT]
    ldr r7, [sp, #RUN]
    ldr r7, [r7, #GROUPS]
    ldrsb r8, [r6]
    ldrsb r9, [r6, r7]
    add r10, r6, r7, lsl #1
    ldrsb r11, [r10, r7]
    ldrsb r10, [r10]
    mul r2, r2, r8
    mul r3, r3, r9
    mul r4, r4, r10
    mul r5, r5, r11
    ldr r7, [sp, #TOTALS]
    ldm r7, {r8-r11}
    add r8, r8, r2
    add r9, r9, r3
    add r10, r10, r4
    add r11, r11, r5
    stm r7, {r8-r11}
    ldr r7, [sp, #REPEATS]
    subs r7, #1
    bne 4f
    adds r6, #1
    str r6, [sp, #NEXT]
    ldr r7, [sp, #RUN]
    ldr r7, [r7, #REPEAT]
4:  ldr r6, [sp, #CELLS_LEFT]
    str r7, [sp, #REPEATS]
    subs r6, #1
    str r6, [sp, #CELLS_LEFT]
    bne 1b
    add sp, #FRAME
    pop {r4-r11, pc}
    .size mcuai_dsp_sums_\name, . - mcuai_dsp_sums_\name
    .endm

    /* A row's word; that of row 0 comes last and may move on. */
    .macro WORD row, next
    .if \row == 3
    add r6, r0, r12
    ldr r6, [r6, r12, lsl #1]
    .elseif \row == 2
    ldr r6, [r0, r12, lsl #1]
    .elseif \row == 1
    ldr r6, [r0, r12]
    .else
    ldr r6, [r0], #\next
    .endif
    .endm

    .macro ROW_s8 row, sum
    WORD \row, 4
    sxtb16 r7, r6
    smlad \sum, r7, r8, \sum
    sxtb16 r7, r6, ror #8
    smlad \sum, r7, r9, \sum
    .endm

    .macro STEP_s8
    ldm r1!, {r8, r9}
    ROW_s8 3, r5
    ROW_s8 2, r4
    ROW_s8 1, r3
    ROW_s8 0, r2
    .endm

    /* Fields are taken at the top of halves, so that they have their signs: sums are 2^12 times what they stand for, and
     * fit 32 bits for 256 columns. lr is the mask. */
    .macro ROW_s4 row, sum
    WORD \row, 4
    and r7, lr, r6, lsl #12
    smlad \sum, r7, r8, \sum
    and r7, lr, r6, lsl #8
    smlad \sum, r7, r9, \sum
    and r7, lr, r6, lsl #4
    smlad \sum, r7, r10, \sum
    and r7, lr, r6
    smlad \sum, r7, r11, \sum
    .endm

    .macro STEP_s4
    ldm r1!, {r8-r11}
    ROW_s4 3, r5
    ROW_s4 2, r4
    ROW_s4 1, r3
    ROW_s4 0, r2
    .endm

    /* Codes u stand for 2 u - 3: the numbers are added up too. lr is the mask. */
    .macro ROW_s2 row, sum, next, first
    WORD \row, \next
    and r7, lr, r6, lsr #(\first)
    smlad \sum, r7, r8, \sum
    and r7, lr, r6, lsr #(\first + 2)
    smlad \sum, r7, r9, \sum
    and r7, lr, r6, lsr #(\first + 4)
    smlad \sum, r7, r10, \sum
    and r7, lr, r6, lsr #(\first + 6)
    smlad \sum, r7, r11, \sum
    .endm

    .macro HALF_s2 next, first
    ldm r1!, {r8-r11}
    ROW_s2 3, r5, \next, \first
    ROW_s2 2, r4, \next, \first
    ROW_s2 1, r3, \next, \first
    ROW_s2 0, r2, \next, \first
    ldr r6, [sp, #NUMBERS]
    mov r7, #0x00010001
    smlad r6, r7, r8, r6
    smlad r6, r7, r9, r6
    smlad r6, r7, r10, r6
    smlad r6, r7, r11, r6
    str r6, [sp, #NUMBERS]
    .endm

    .macro STEP_s2
    HALF_s2 0, 0
    HALF_s2 4, 8
    .endm

    SUMS_BEGIN s8
    SUMS_LOOP s8, 3
    SUMS_END s8

    SUMS_BEGIN s4
    mov lr, #0xf000f000
    SUMS_LOOP s4, 4
    asrs r2, r2, #12
    asrs r3, r3, #12
    asrs r4, r4, #12
    asrs r5, r5, #12
    SUMS_END s4

    SUMS_BEGIN s2
    mov lr, #0x00030003
    SUMS_LOOP s2, 5
    ldr r6, [sp, #NUMBERS]
    add r6, r6, r6, lsl #1
    rsb r2, r6, r2, lsl #1
    rsb r3, r6, r3, lsl #1
    rsb r4, r6, r4, lsl #1
    rsb r5, r6, r5, lsl #1
    SUMS_END s2
