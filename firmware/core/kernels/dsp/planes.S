/* 3x3 depthwise convolution of one channel through a plane of int16.
 *
 * A plane holds words of two pixels side by side, [pair of rows][pair of columns][row of the pair], padding included.
 * A block of 2x2 outputs walks down a column of the plane. The weights of a kernel row lie in two registers as
 * (w0, w1) and (w1, w2), doubled, so that sums come out ready for SCALE_*. Where the image's width or height is odd,
 * the pitch from output to output is 0 for the last column or row: the block's first output is stored last.
 */
#include "rows.inc"

    /* The stack frame is a copy of mcuai_dsp_plane_run without its first two members. */
    .equ MULTIPLIER, 0
    .equ EXPONENT, 8
    .equ STORE, 12
    .equ COLUMN_PITCH, 16
    .equ ROW_PITCH, 20
    .equ PLANE_PITCH, 24
    .equ END, 28
    .equ BIAS, 32
    .equ SCALE_AT, 36 /* for blocks, for single columns */
    .equ COLUMNS, 44
    .equ FULL_BYTES, 48
    .equ ODD_COLUMN, 52
    .equ ODD_ROW, 56
    .equ COLUMN, 60
    .equ COLUMN_OUTPUT, 64
    .equ FULL_COLUMN_PITCH, 68
    .equ FULL_ROW_PITCH, 72
    .equ PLANE_FRAME, 80

    /* x01 and x23 are words of one plane row; adds kernel row {w01, w12} to the outputs even and odd of stride 1. */
    .macro LEFT x, w01, even, odd, even0, odd0
    smlad \even, \x, \w01, \even0
    smlatb \odd, \x, \w01, \odd0
    .endm

    .macro RIGHT x, w12, even, odd
    smlabt \even, \x, \w12, \even
    smlad \odd, \x, \w12, \odd
    .endm

    /* Between an address and its use stands another instruction: Cortex-M4 waits a cycle otherwise. */

    .macro STRIDE1
    ldrd r7, r8, [r0]
    LEFT r7, r1, r9, r10, lr, lr
    LEFT r8, r3, r9, r10, r9, r10
    LEFT r8, r1, r11, r12, lr, lr
    ldrd r7, r8, [r0, #8]
    RIGHT r7, r2, r9, r10
    RIGHT r8, r4, r9, r10
    smlabt r11, r8, r2, r11
    ldr lr, [sp, #PLANE_PITCH]
    add r0, lr
    smlad r12, r8, r2, r12
    ldrd r7, r8, [r0]
    LEFT r7, r5, r9, r10, r9, r10
    LEFT r7, r3, r11, r12, r11, r12
    LEFT r8, r5, r11, r12, r11, r12
    ldrd r7, r8, [r0, #8]
    RIGHT r7, r6, r9, r10
    RIGHT r7, r4, r11, r12
    RIGHT r8, r6, r11, r12
    .endm

    /* Stride 2: both outputs take a whole word and the first half of the next. */

    .macro STRIDE2
    ldrd r7, r8, [r0]
    smlad r9, r7, r1, lr
    smlad r9, r8, r3, r9
    ldrd r7, r8, [r0, #8]
    smlabt r9, r7, r2, r9
    smlabt r9, r8, r4, r9
    smlad r10, r7, r1, lr
    smlad r10, r8, r3, r10
    ldrd r7, r8, [r0, #16]
    smlabt r10, r7, r2, r10
    ldr r7, [sp, #PLANE_PITCH]
    add r0, r7
    smlabt r10, r8, r4, r10
    ldrd r7, r8, [r0]
    smlad r9, r7, r5, r9
    smlad r11, r7, r1, lr
    smlad r11, r8, r3, r11
    ldrd r7, r8, [r0, #8]
    smlabt r9, r7, r6, r9
    smlabt r11, r7, r2, r11
    smlabt r11, r8, r4, r11
    smlad r10, r7, r5, r10
    smlad r12, r7, r1, lr
    smlad r12, r8, r3, r12
    ldrd r7, r8, [r0, #16]
    smlabt r10, r7, r6, r10
    smlabt r12, r7, r2, r12
    ldr lr, [sp, #PLANE_PITCH]
    add r0, lr
    smlabt r12, r8, r4, r12
    ldr r7, [r0]
    ldr r8, [r0, #8]
    ldr lr, [r0, #16]
    smlad r11, r7, r5, r11
    smlabt r11, r8, r6, r11
    smlad r12, r8, r5, r12
    smlabt r12, lr, r6, r12
    .endm

    /* Rescales and stores the four outputs, then goes on with the next block or past the column's end. */
    .macro FINISH_BLOCK kind, name, again, at=0
    ldrd r7, r8, [sp, #MULTIPLIER]
    ldr pc, [sp, #SCALE_AT + \at]
.Lexact_\kind\()_\name:
    add lr, r8, r9, asr #31
    smmlar r9, r9, r7, lr
    add lr, r8, r10, asr #31
    smmlar r10, r10, r7, lr
    add lr, r8, r11, asr #31
    smmlar r11, r11, r7, lr
    add lr, r8, r12, asr #31
    smmlar r12, r12, r7, lr
    b .Lstore_\kind\()_\name
.Lrectified_\kind\()_\name:
    smmlar r9, r9, r7, r8
    smmlar r10, r10, r7, r8
    smmlar r11, r11, r7, r8
    smmlar r12, r12, r7, r8
.Lstore_\kind\()_\name:
    ldrd r7, r8, [sp, #EXPONENT]
    asr r9, r9, r7
    asr r10, r10, r7
    asr r11, r11, r7
    asr r12, r12, r7
    ldrd r7, lr, [sp, #COLUMN_PITCH]
    ssat r12, #8, r12
    add r8, lr
    ssat r11, #8, r11
    ssat r9, #8, r9
    strb r12, [r8, r7]
    strb r11, [r8]
    sub r8, r8, lr
    ssat r10, #8, r10
    strb r10, [r8, r7]
    strb r9, [r8]
    add r8, r8, lr, lsl #1
    str r8, [sp, #STORE]
    ldrd r7, lr, [sp, #END]
    cmp r0, r7
    bne \again
    .endm

    /* Stride 1: four outputs below each other, for the last column of an odd number. */
    .macro SINGLE
    ldrd r7, r8, [r0]
    smlad r9, r7, r1, lr
    smlad r10, r8, r1, lr
    smlad r9, r8, r3, r9
    ldrd r7, r8, [r0, #8]
    smlabt r9, r7, r2, r9
    smlabt r9, r8, r4, r9
    ldr r7, [sp, #PLANE_PITCH]
    add r0, r7
    smlabt r10, r8, r2, r10
    ldrd r7, r8, [r0]
    smlad r9, r7, r5, r9
    smlad r10, r7, r3, r10
    smlad r10, r8, r5, r10
    smlad r11, r7, r1, lr
    smlad r11, r8, r3, r11
    smlad r12, r8, r1, lr
    ldrd r7, r8, [r0, #8]
    smlabt r9, r7, r6, r9
    smlabt r10, r7, r4, r10
    smlabt r10, r8, r6, r10
    smlabt r11, r7, r2, r11
    smlabt r11, r8, r4, r11
    ldr lr, [sp, #PLANE_PITCH]
    add r0, lr
    smlabt r12, r8, r2, r12
    ldrd r7, r8, [r0]
    smlad r11, r7, r5, r11
    smlad r12, r7, r3, r12
    smlad r12, r8, r5, r12
    ldrd r7, r8, [r0, #8]
    smlabt r11, r7, r6, r11
    smlabt r12, r7, r4, r12
    smlabt r12, r8, r6, r12
    .endm

    .macro PLANE name, products, stride
    .section .text.mcuai_dsp_plane_\name, "ax", %progbits
    .balign 4
    .global mcuai_dsp_plane_\name
    .type mcuai_dsp_plane_\name, %function
    .thumb_func
mcuai_dsp_plane_\name:
    push {r4-r11, lr}
    sub sp, #PLANE_FRAME
    mov r12, sp
    ldm r0!, {r2-r10}
    stm r12!, {r2-r10}
    ldm r0!, {r2-r11}
    stm r12!, {r2-r11}
    ldr r2, =.Lexact_block_\name + 1
    ldr r3, [sp, #SCALE_AT]
    cbz r3, 1f
    ldr r2, =.Lrectified_block_\name + 1
1:  str r2, [sp, #SCALE_AT]
    .ifc \name, stride1
    ldr r2, =.Lexact_single_\name + 1
    cbz r3, 2f
    ldr r2, =.Lrectified_single_\name + 1
2:  str r2, [sp, #SCALE_AT + 4]
    .endif
    ldm r1, {r1-r6}
.Lcolumn_\name:
    ldrd r0, r8, [sp, #COLUMN]
    ldr r7, [sp, #FULL_BYTES]
    ldr r9, [sp, #FULL_COLUMN_PITCH]
    ldr r10, [sp, #FULL_ROW_PITCH]
    ldr r11, [sp, #COLUMNS]
    ldr r12, [sp, #ODD_COLUMN]
    ldr lr, [sp, #BIAS]
    str r8, [sp, #STORE]
    cmp r11, r12
    beq .Lone_column_\name
    strd r9, r10, [sp, #COLUMN_PITCH]
.Lpairs_\name:
    /* r7 bytes of whole pairs of rows */
    add r8, r0, r7
    str r8, [sp, #END]
    cmp r7, #0
    beq .Llast_row_\name
.Lblock_\name:
    \products
    FINISH_BLOCK block, \name, .Lblock_\name
.Llast_row_\name:
    ldrd r7, r8, [sp, #ROW_PITCH]
    cbz r7, 3f
    ldr r7, [sp, #ODD_ROW]
    cbz r7, 3f
    movs r7, #0
    str r7, [sp, #ROW_PITCH]
    add r7, r0, r8, lsl #\stride - 1
    str r7, [sp, #END]
    b .Lblock_\name
3:  ldrd r7, r8, [sp, #COLUMN]
    ldr r9, [sp, #FULL_COLUMN_PITCH]
    add r7, r7, #8 * \stride
    add r8, r8, r9, lsl #1
    strd r7, r8, [sp, #COLUMN]
    ldr r7, [sp, #COLUMNS]
    subs r7, #1
    str r7, [sp, #COLUMNS]
    bne .Lcolumn_\name
    add sp, #PLANE_FRAME
    pop {r4-r11, pc}

.Lone_column_\name:
    .ifc \name, stride1
    /* Fours of rows first: the pitches make a column of the block's outputs. */
    ldr r8, [sp, #PLANE_PITCH]
    lsls r8, r8, #1
    udiv r11, r7, r8
    mul r8, r11, r8
    cmp r8, #0
    beq 4f
    lsl r11, r10, #1
    strd r10, r11, [sp, #COLUMN_PITCH]
    add r8, r8, r0
    str r8, [sp, #END]
.Lsingle_\name:
    SINGLE
    FINISH_BLOCK single, \name, .Lsingle_\name, 4
    ldr r10, [sp, #FULL_ROW_PITCH]
    ldr r7, [sp, #FULL_BYTES]
    ldr r8, [sp, #COLUMN]
    add r7, r7, r8
    sub r7, r7, r0
    .endif
4:  mov r9, #0
    strd r9, r10, [sp, #COLUMN_PITCH]
    b .Lpairs_\name
    .ltorg
    .size mcuai_dsp_plane_\name, . - mcuai_dsp_plane_\name
    .endm

    PLANE stride1, STRIDE1, 1
    PLANE stride2, STRIDE2, 2

    /* Two rows of four channels to the planes of these: words of two pixels, both rows side by side.
     * r0 args: {rows 0 and 1, pixel pitch, bytes of a row used, word of padding, 1 if the first pixel is padding,
     * plane} and r1 bytes from plane to plane. */
    .section .text.mcuai_dsp_planes_from_rows, "ax", %progbits
    .balign 4
    .global mcuai_dsp_planes_from_rows
    .type mcuai_dsp_planes_from_rows, %function
    .thumb_func
mcuai_dsp_planes_from_rows:
    push {r4-r11, lr}
    sub sp, #8
    ldm r0, {r2-r8}
    /* r2, r3 rows; r4 pixel pitch; r5 offset of the last pixel; r6 padding; r8-r11 planes; r0 offset */
    sub r5, r5, r4
    strd r6, r5, [sp]
    add r9, r8, r1
    add r10, r9, r1
    add r11, r10, r1
    movs r0, #0
    cbz r7, 4f
    mov r1, r6
    mov r7, r6
    b 3f
    /* The last pixel has padding beside it. */
1:  bne 5f
    ldr r1, [r2, r0]
    ldr r7, [r3, r0]
    add r0, r4
    ldr r6, [sp]
    mov lr, r6
    b 2f
4:  ldr r5, [sp, #4]
    cmp r0, r5
    bge 1b
    ldr r1, [r2, r0]
    ldr r7, [r3, r0]
    add r0, r4
3:  ldr r6, [r2, r0]
    ldr lr, [r3, r0]
    add r0, r4
    /* r1, r6 of row 0; r7, lr of row 1 */
2:  pkhbt r12, r1, r6, lsl #16
    pkhtb r6, r6, r1, asr #16
    pkhbt r1, r7, lr, lsl #16
    pkhtb lr, lr, r7, asr #16
    sxtb16 r7, r12
    sxtb16 r5, r1
    strd r7, r5, [r8], #8
    sxtb16 r12, r12, ror #8
    sxtb16 r1, r1, ror #8
    strd r12, r1, [r9], #8
    sxtb16 r7, r6
    sxtb16 r5, lr
    strd r7, r5, [r10], #8
    sxtb16 r6, r6, ror #8
    sxtb16 lr, lr, ror #8
    strd r6, lr, [r11], #8
    b 4b
5:  add sp, #8
    pop {r4-r11, pc}
    .size mcuai_dsp_planes_from_rows, . - mcuai_dsp_planes_from_rows
