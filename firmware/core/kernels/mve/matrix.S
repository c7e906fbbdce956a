@ Rows of packed weights times one or two pixels of int8, requantized and stored.
@
@ A block of weights is four rows: for each 16 elements of the depth, one vector per row (INT8),
@ per two rows (INT4) or per four (INT2); then four biases, four multipliers, four shifts.
@ VMLADAVA multiplies and sums 16 products into a register, so that one vector load serves one
@ instruction per pixel.
@
@ Fields of a sub-byte vector are not taken apart: VMLADAVA of the whole byte p + 16 q gives P +
@ 16 Q, of the byte masked gives P, and Q is the difference, shifted. All fields but the top one
@ are stored with an offset that makes them unsigned; it adds a multiple of the sum of the pixel,
@ which the caller passes negated.
@
@ Loads are single vectors, not VLDM, because Cortex-M55 runs a load and a multiplication of other
@ registers at once.

    .syntax unified
    .thumb

    .equ ONE, 12
    .equ END, 16
    .equ LATER, 44
    .equ ENTRY, 20
    .equ LOOPS, 152
    .equ CHUNK2_BYTES, 14 * 4
    .equ WEIGHTS, 24
    .equ X0, 28
    .equ OUTPUT, 36
    .equ FIELD_SHIFT, 48
    .equ OFFSET0, 64
    .equ OFFSET1, 80
    .equ LOW, 96
    .equ HIGH, 112
    .equ PAIRS, 40
    .equ SOURCE, 128
    .equ UNROLL1, 5 @ chunks after the first: depths of 96, 176, 256 ... leave no remainder, 128 only two

@ One pixel: sums in r4, r6, r8, r10; r1 weights, r3 pixel, r7 output (VSTRB.32 takes r0-r7);
@ q3-q5 masks.

    .macro CHUNK1_8 mac
    vldrb.8 q0, [r3], #16
    vldrb.8 q1, [r1], #16
    \mac\().s8 r4, q1, q0
    vldrb.8 q2, [r1], #16
    \mac\().s8 r6, q2, q0
    vldrb.8 q1, [r1], #16
    \mac\().s8 r8, q1, q0
    vldrb.8 q2, [r1], #16
    \mac\().s8 r10, q2, q0
    .endm

    .macro CHUNK1_4 mac
    vldrb.8 q0, [r3], #16
    vldrb.8 q1, [r1], #16
    \mac\().s8 r6, q1, q0
    vand q1, q1, q3
    \mac\().s8 r4, q1, q0
    vldrb.8 q2, [r1], #16
    \mac\().s8 r10, q2, q0
    vand q2, q2, q3
    \mac\().s8 r8, q2, q0
    .endm

    .macro CHUNK1_2 mac
    vldrb.8 q0, [r3], #16
    vldrb.8 q1, [r1], #16
    \mac\().s8 r10, q1, q0
    vand q2, q1, q5
    \mac\().s8 r8, q2, q0
    vand q1, q1, q4
    \mac\().s8 r6, q1, q0
    vand q2, q2, q3
    \mac\().s8 r4, q2, q0
    .endm

@ Two pixels: sums in r0, r4, r8, r12 and r2, r6, r10, r14; r1 weights, r3 and r5 pixels.

    .macro MAC2 mac, first, second, weights
    \mac\().s8 \first, \weights, q0
    \mac\().s8 \second, \weights, q1
    .endm

    .macro CHUNK2_8 mac
    vldrb.8 q0, [r3], #16
    vldrb.8 q1, [r5], #16
    vldrb.8 q2, [r1], #16
    MAC2 \mac, r0, r2, q2
    vldrb.8 q3, [r1], #16
    MAC2 \mac, r4, r6, q3
    vldrb.8 q2, [r1], #16
    MAC2 \mac, r8, r10, q2
    vldrb.8 q3, [r1], #16
    MAC2 \mac, r12, r14, q3
    .endm

@ A depth of one chunk: the pixels stay in q4 and q5.
    .macro SINGLE2_8
    vldrb.8 q2, [r1], #16
    vmladav.s8 r0, q2, q4
    vmladav.s8 r2, q2, q5
    vldrb.8 q3, [r1], #16
    vmladav.s8 r4, q3, q4
    vmladav.s8 r6, q3, q5
    vldrb.8 q2, [r1], #16
    vmladav.s8 r8, q2, q4
    vmladav.s8 r10, q2, q5
    vldrb.8 q3, [r1], #16
    vmladav.s8 r12, q3, q4
    vmladav.s8 r14, q3, q5
    .endm

    .macro CHUNK2_4 mac
    vldrb.8 q0, [r3], #16
    vldrb.8 q1, [r5], #16
    vldrb.8 q2, [r1], #16
    MAC2 \mac, r4, r6, q2
    vand q2, q2, q3
    MAC2 \mac, r0, r2, q2
    vldrb.8 q4, [r1], #16
    MAC2 \mac, r12, r14, q4
    vand q4, q4, q3
    MAC2 \mac, r8, r10, q4
    .endm

    .macro CHUNK2_2 mac
    vldrb.8 q0, [r3], #16
    vldrb.8 q1, [r5], #16
    vldrb.8 q2, [r1], #16
    MAC2 \mac, r12, r14, q2
    vand q2, q2, q5
    MAC2 \mac, r8, r10, q2
    vand q2, q2, q4
    MAC2 \mac, r4, r6, q2
    vand q2, q2, q3
    MAC2 \mac, r0, r2, q2
    .endm

@ Sums of whole bytes to sums of fields, still at their places.
    .macro FIELDS bits, a, b, c, d
    .if \bits == 4
    sub \b, \b, \a
    sub \d, \d, \c
    .elseif \bits == 2
    sub \d, \d, \c
    sub \c, \c, \b
    sub \b, \b, \a
    .endif
    .endm

    .macro MASKS bits
    .if \bits == 4
    vmov.i8 q3, #0x0f
    .elseif \bits == 2
    vmov.i8 q3, #0x03
    vmov.i8 q4, #0x0f
    vmov.i8 q5, #0x3f
    .endif
    .endm

@ Halfway cases of the division by a power of two go away from zero: negative values are lowered
@ by one before VRSHL, which rounds them up. A value above minus its exponent is no halfway case,
@ so one comparison with the shift tells which; the shift 0x80000000 stands for none (VRSHL reads
@ the low byte). Layers with shifts to the left have other lanes, see SCALE_GENERAL.
    .macro ROUNDING_SHIFT value, shift, one
    vpt.s32 le, \value, \shift
    vsubt.i32 \value, \value, \one
    vrshl.s32 \value, \value, \shift
    .endm

@ Multiplier and shift of finished sums in the general form of the lanes (matrix.h): r1 is at the
@ multipliers and moves on, q2 and r6 are not kept.
    .macro SCALE_GENERAL name, first, second
    .section .text.mcuai_mve_\name, "ax", %progbits
    .type \name, %function
    .balign 4
    .thumb_func
\name:
    mov r6, #1
    vldrw.u32 q2, [r1, #16]
    vshr.s32 q2, q2, #8
    vshl.s32 \first, \first, q2
    .ifnb \second
    vshl.s32 \second, \second, q2
    .endif
    vldrw.u32 q2, [r1], #32
    vqrdmulh.s32 \first, \first, q2
    .ifnb \second
    vqrdmulh.s32 \second, \second, q2
    .endif
    vldrw.u32 q2, [r1, #-16]
    .irp value, \first, \second
    vptt.s32 lt, \value, zr
    vcmpt.s32 lt, q2, zr
    vsubt.i32 \value, \value, r6
    vrshl.s32 \value, \value, q2
    .endr
    bx lr
    .size \name, . - \name
    .endm

    SCALE_GENERAL scale_one, q0
    SCALE_GENERAL scale_two, q0, q1

    .macro MATRIX1 bits
    .section .text.mcuai_mve_matrix1_\bits, "ax", %progbits
    .global mcuai_mve_matrix1_\bits
    .type mcuai_mve_matrix1_\bits, %function
    .balign 4
    .thumb_func
mcuai_mve_matrix1_\bits:
    push {r4-r11, lr}
    vpush {d8-d15}
    mov r11, r0
    ldr r9, [r11, #8]
    ldr r0, [r11, #ONE]
    ldr r2, [r11, #LATER]
    mov r4, #UNROLL1
    udiv r6, r2, r4
    mls r5, r6, r4, r2
    mov r2, r6
    ldr r12, [r11, #END]
    ldrd r1, r3, [r11, #WEIGHTS]
    ldr r7, [r11, #OUTPUT]
    vldrw.u32 q6, [r11, #LOW]
    vldrw.u32 q7, [r11, #HIGH]
    MASKS \bits
1:
    CHUNK1_\bits vmladav
    wls lr, r2, 3f
2:
    .rept UNROLL1
    CHUNK1_\bits vmladava
    .endr
    le lr, 2b
3:
    wls lr, r5, 5f
4:
    CHUNK1_\bits vmladava
    le lr, 4b
5:
    FIELDS \bits, r4, r6, r8, r10
    vmov q0[2], q0[0], r4, r8
    vmov q0[3], q0[1], r6, r10
    .if \bits < 8
    vldrw.u32 q1, [r11, #FIELD_SHIFT]
    vldrw.u32 q2, [r11, #OFFSET0]
    vshl.s32 q0, q0, q1
    vadd.i32 q0, q0, q2
    .endif
    vldrw.u32 q1, [r1], #16
    ldr r3, [r11, #X0]
    vadd.i32 q0, q0, q1
    cbnz r0, 6f
    bl scale_one
    b 7f
6:
    vldrw.u32 q2, [r1], #16
    vldrw.u32 q1, [r1], #16
    vqrdmulh.s32 q0, q0, q2
    ROUNDING_SHIFT q0, q1, r0
7:
    vadd.i32 q0, q0, r9
    vmax.s32 q0, q0, q6
    vmin.s32 q0, q0, q7
    vstrb.32 q0, [r7], #4
    cmp r1, r12
    bne 1b
    vpop {d8-d15}
    pop {r4-r11, pc}
    .size mcuai_mve_matrix1_\bits, . - mcuai_mve_matrix1_\bits
    .endm

@ Copies the rows of the pixel at r0 to \to: r4 rows of r6 bytes. Sub-byte weights need minus the
@ pixel's sum times 2^(bits-1) in the lanes of all fields but the top ones.
    .macro GATHER to, bits, offset
    mov r1, r0
    mov r9, r4
    .if \bits < 8
    mov r12, #0
    .endif
1:
    wlstp.8 lr, r6, 3f
2:
    vldrb.8 q0, [r1], #16
    .if \bits < 8
    vaddva.s8 r12, q0
    .endif
    vstrb.8 q0, [\to], #16
    letp lr, 2b
3:
    add r1, r1, r10
    sub \to, \to, r8
    subs r9, r9, #1
    bne 1b
    .if \bits < 8
    rsb r12, r12, #0
    lsl r12, r12, #\bits - 1
    str r12, [r11, #\offset]
    str r12, [r11, #\offset + 8]
    .endif
    .if \bits == 2
    str r12, [r11, #\offset + 4]
    .endif
    .endm

@ r14 holds a sum, so the loop over the depth counts in r9, which at first is an address among the
@ chunks that precede the loop: those left over by its four.
    .macro MATRIX2 name, bits, single=0
    .section .text.\name, "ax", %progbits
    .global \name
    .type \name, %function
    .balign 4
    .thumb_func
\name:
    push {r4-r11, lr}
    vpush {d8-d15}
    mov r11, r0
    .if \single == 0
    ldr r1, [r11, #LATER]
    and r2, r1, #3
    lsr r1, r1, #2
    mov r3, #CHUNK2_BYTES
    adr.w r9, 9f
    mls r9, r2, r3, r9
    orr r9, r9, #1
    str r1, [r11, #LOOPS]
    str r9, [r11, #ENTRY]
    .endif
    ldr r7, [r11, #OUTPUT]
    vldrw.u32 q6, [r11, #LOW]
    vldrw.u32 q7, [r11, #HIGH]
    MASKS \bits
5:
    add r12, r11, #SOURCE
    ldrd r3, r5, [r11, #X0]
    ldm r12, {r0, r2, r4, r6, r8, r10}
    cmp r4, #0
    beq 6f
    GATHER r3, \bits, OFFSET0
    add r0, r0, r2
    GATHER r5, \bits, OFFSET1
    add r0, r0, r2
    ldrd r3, r5, [r11, #X0]
    str r0, [r11, #SOURCE]
6:
    ldr r1, [r11, #WEIGHTS]
    .if \single
    vldrb.8 q4, [r3]
    vldrb.8 q5, [r5]
1:
    SINGLE2_\bits
    .else
    ldr r9, [r11, #ENTRY]
1:
    CHUNK2_\bits vmladav
    bx r9
    .rept 3
    CHUNK2_\bits vmladava
    .endr
9:
    ldr r9, [r11, #LOOPS]
    cmp r9, #0
    beq 4f
3:
    .rept 4
    CHUNK2_\bits vmladava
    .endr
    subs r9, r9, #1
    bne 3b
4:
    .endif
    FIELDS \bits, r0, r4, r8, r12
    FIELDS \bits, r2, r6, r10, r14
    vmov q0[2], q0[0], r0, r8
    vmov q0[3], q0[1], r4, r12
    vmov q1[2], q1[0], r2, r10
    vmov q1[3], q1[1], r6, r14
    .if \bits < 8
    vldrw.u32 q2, [r11, #FIELD_SHIFT]
    vshl.s32 q0, q0, q2
    vshl.s32 q1, q1, q2
    vldrw.u32 q2, [r11, #OFFSET0]
    vadd.i32 q0, q0, q2
    vldrw.u32 q2, [r11, #OFFSET1]
    vadd.i32 q1, q1, q2
    .endif
    vldrw.u32 q2, [r1], #16
    ldm r11, {r0, r2, r4, r6, r8, r9}
    vadd.i32 q0, q0, q2
    vadd.i32 q1, q1, q2
    .if \single == 0
    ldrd r3, r5, [r11, #X0]
    cbnz r6, 7f
    bl scale_two
    b 8f
7:
    .endif
    vldrw.u32 q2, [r1], #16
    vqrdmulh.s32 q0, q0, q2
    vqrdmulh.s32 q1, q1, q2
    vldrw.u32 q2, [r1], #16
    ROUNDING_SHIFT q0, q2, r6
    ROUNDING_SHIFT q1, q2, r6
8:
    vadd.i32 q0, q0, r4
    vmax.s32 q0, q0, q6
    vmin.s32 q0, q0, q7
    vstrb.32 q0, [r7], #4
    add r2, r2, r7
    vadd.i32 q1, q1, r4
    vmax.s32 q1, q1, q6
    vmin.s32 q1, q1, q7
    vstrb.32 q1, [r2]
    cmp r1, r8
    bne 1b
    ldr r0, [r11, #PAIRS]
    add r7, r2, #4
    subs r0, r0, #1
    str r0, [r11, #PAIRS]
    bne 5b
    vpop {d8-d15}
    pop {r4-r11, pc}
    .size \name, . - \name
    .endm

    MATRIX1 8
    MATRIX1 4
    MATRIX1 2
    MATRIX2 mcuai_mve_matrix2_8, 8
    MATRIX2 mcuai_mve_matrix2_4, 4
    MATRIX2 mcuai_mve_matrix2_2, 2
    MATRIX2 mcuai_mve_matrix2_single_8, 8, 1
