/* Rows of weights in the rows layout times a quantized vector, four at a time. VMLADAV multiplies 16 bytes and adds up the
 * products in a register with an even number: sums of rows are in r0, r2, r4 and r6, their weights at r1, r3, r5 and r7.
 * Offsets are those of mcuai_mve_rows. */
    .syntax unified
    .thumb

    .equ WEIGHTS, 0
    .equ MULTIPLIERS, 4
    .equ FACTORS, 8
    .equ ADDEND, 12
    .equ Y, 16
    .equ Y_END, 20
    .equ X, 24
    .equ PITCH, 28
    .equ LEFT, 32
    .equ NUMBERS, 40
    .equ GROUPS, 44
    .equ LATER_CHUNKS, 48
    .equ WHOLE_GROUPS, 52
    .equ REST_BYTES, 56
    .equ COUNT, 60
    .equ LEAST, 64
    .equ SCALE, 80
    .equ STEP, 96

    .macro FUNCTION name
    .section .text.\name, "ax", %progbits
    .global \name
    .type \name, %function
    .balign 4
    .thumb_func
\name:
    push {r4-r11, lr}
    vpush {d8-d15}
    mov r11, r0
    .endm

    /* Addresses of the next four rows, which begin at r10 and are r9 apart. */
    .macro OPEN
    mov r1, r10
    add r3, r1, r9
    add r5, r3, r9
    add r7, r5, r9
    add r10, r7, r9
    .endm

    .macro CLEAR
    movs r0, #0
    movs r2, #0
    movs r4, #0
    movs r6, #0
    .endm

    .macro TO_LANES vector
    vmov \vector[2], \vector[0], r0, r4
    vmov \vector[3], \vector[1], r2, r6
    .endm

    /* The sums in q0 become outputs. Bytes of exponents are added up with saturation, which no shift minds: those beyond
     * 32 bits are all alike. */
    .macro FINISH
    ldr r8, [r11, #FACTORS]
    vldrw.u32 q3, [r11, #LEAST]
    vldrw.u32 q4, [r11, #SCALE]
    vld20.32 {q1, q2}, [r8]
    vld21.32 {q1, q2}, [r8]!
    ldrd r0, r2, [r11, #LEFT]
    vshl.s32 q0, r0
    vrmulh.s32 q0, q0, q1
    str r8, [r11, #FACTORS]
    vqadd.s8 q2, q2, r2
    vrmulh.s32 q0, q0, q4
    ldrd r4, r6, [r11, #ADDEND]
    vqrshl.s32 q0, q0, q2
    vmax.s32 q0, q0, q3
    cbz r4, 9f
    vldrw.u32 q1, [r4], #16
    str r4, [r11, #ADDEND]
    vqadd.s32 q0, q0, q1
    vmax.s32 q0, q0, q3
9:  ldr r0, [r11, #Y_END]
    vstrw.32 q0, [r6], #16
    str r6, [r11, #Y]
    cmp r6, r0
    bne 1b
    vpop {d8-d15}
    pop {r4-r11, pc}
    .endm

    .macro ROW8 weights, sum, vector
    vldrb.u8 \vector, [\weights], #16
    vmladava.s8 \sum, \vector, q0
    .endm

    /* void mcuai_mve_linear_s8(mcuai_mve_rows *) */
    FUNCTION mcuai_mve_linear_s8
    ldr r10, [r11, #WEIGHTS]
    ldr r9, [r11, #STEP]
    ldr r12, [r11, #PITCH]
1:  OPEN
    str r10, [r11, #WEIGHTS]
    ldr r8, [r11, #X]
    CLEAR
    dlstp.8 lr, r12
2:  vldrb.u8 q0, [r8], #16
    ROW8 r1, r0, q1
    ROW8 r3, r2, q2
    ROW8 r5, r4, q1
    ROW8 r7, r6, q2
    letp lr, 2b
    TO_LANES q0
    FINISH
    .size mcuai_mve_linear_s8, . - mcuai_mve_linear_s8

    /* Products of 16 bytes of two weights each, times 16: elements of even numbers in q0, of odd ones in q1. */
    .macro ROW4 mac, weights, sum
    vldrb.u8 q2, [\weights], #16
    vshl.i8 q3, q2, #4
    \mac\().s8 \sum, q3, q0
    vand q2, q2, q6
    vmladava.s8 \sum, q2, q1
    .endm

    .macro CHUNK4 mac
    vldrb.u8 q0, [r8], #16
    vldrb.u8 q1, [r12], #16
    ROW4 \mac, r1, r0
    ROW4 \mac, r3, r2
    ROW4 \mac, r5, r4
    ROW4 \mac, r7, r6
    .endm

    /* Adds the sums of a group, times its multipliers at r9, to q5. */
    .macro GROUP_SUM
    TO_LANES q0
    vldrb.s32 q1, [r9, q7]
    vshr.s32 q0, q0, #4
    vmul.i32 q0, q0, q1
    adds r9, #1
    vadd.i32 q5, q5, q0
    .endm

    /* void mcuai_mve_linear_s4(mcuai_mve_rows *): of groups that are whole vectors. */
    FUNCTION mcuai_mve_linear_s4
    movs r0, #0
    vidup.u32 q7, r0, #1
    ldr r0, [r11, #GROUPS]
    vmul.i32 q7, q7, r0
    vmov.i8 q6, #0xf0
    ldr r10, [r11, #WEIGHTS]
    ldr r9, [r11, #STEP]
1:  OPEN
    str r10, [r11, #WEIGHTS]
    ldr r8, [r11, #X]
    ldr r12, [r11, #PITCH]
    add r12, r12, r8
    ldr lr, [r11, #GROUPS]
    ldr r9, [r11, #MULTIPLIERS]
    add lr, r9, lr, lsl #2
    str lr, [r11, #MULTIPLIERS]
    ldr r0, [r11, #WHOLE_GROUPS]
    vmov.i32 q5, #0
    cmp r0, #0
    beq 4f
2:  str r0, [r11, #COUNT]
    CHUNK4 vmladav
    ldr lr, [r11, #LATER_CHUNKS]
    wls lr, lr, 3f
5:  CHUNK4 vmladava
    le lr, 5b
3:  GROUP_SUM
    ldr r0, [r11, #COUNT]
    subs r0, #1
    bne 2b
4:  ldr lr, [r11, #REST_BYTES]
    CLEAR
    wlstp.8 lr, lr, 6f
7:  CHUNK4 vmladava
    letp lr, 7b
    GROUP_SUM
6:  vmov q0, q5
    ldr r9, [r11, #STEP]
    FINISH
    .size mcuai_mve_linear_s4, . - mcuai_mve_linear_s4

    /* Where multipliers change within a vector of weights: products of two bytes are added up in lanes of 16 bits, and the
     * number of a lane's group, at r12, is the offset of its multiplier from r3. Inactive bytes of a row's last vector are
     * 0; a lane's lower byte tells whether it is active. */
    .macro LOAD rest, load, type, vector, address:vararg
    .if \rest
    vpst
    \load\()t.\type \vector, \address
    .else
    \load\().\type \vector, \address
    .endif
    .endm

    .macro MORE weights, x
    vmullb.s8 q6, \weights, \x
    vadd.i16 q7, q7, q6
    vmullt.s8 q6, \weights, \x
    vadd.i16 q7, q7, q6
    .endm

    .macro NEIGHBOURS weights, x
    vmullb.s8 q7, \weights, \x
    vmullt.s8 q6, \weights, \x
    vadd.i16 q7, q7, q6
    .endm

    .macro LANES_8 rest
    NEIGHBOURS q4, q0
    .endm

    .macro LANES_4 rest
    vshl.i8 q5, q4, #4
    vshr.s8 q5, q5, #4
    NEIGHBOURS q5, q0
    vshr.s8 q4, q4, #4
    MORE q4, q1
    .endm

    /* Codes u stand for 2 u - 3; minus three times sums of x are at lr. */
    .macro LANES_2 rest
    vshl.i8 q5, q4, #6
    vshr.u8 q5, q5, #6
    NEIGHBOURS q5, q0
    vshl.i8 q5, q4, #4
    vshr.u8 q5, q5, #6
    MORE q5, q1
    vshl.i8 q5, q4, #2
    vshr.u8 q5, q5, #6
    MORE q5, q2
    vshr.u8 q5, q4, #6
    MORE q5, q3
    LOAD \rest, vldrh, u16, q5, [lr]
    vshl.i16 q7, q7, #1
    vadd.i16 q7, q7, q5
    .endm

    .macro LANES bits, rest, sum
    LOAD \rest, vldrb, u8, q4, [r1]
    add r1, r1, r10
    LANES_\bits \rest
    LOAD \rest, vldrh, u16, q6, [r12]
    vldrb.s16 q5, [r3, q6]
    add r3, r3, r5
    vmladava.s16 \sum, q7, q5
    .endm

    .macro LANES_OF_FOUR bits, rest
    LOAD \rest, vldrb, u8, q0, [r8]
    .if \bits < 8
    add r1, r8, r9
    LOAD \rest, vldrb, u8, q1, [r1]
    .endif
    .if \bits == 2
    add r1, r1, r9
    LOAD \rest, vldrb, u8, q2, [r1]
    add r1, r1, r9
    LOAD \rest, vldrb, u8, q3, [r1]
    .endif
    mov r1, r7
    ldr r3, [r11, #MULTIPLIERS]
    LANES \bits, \rest, r0
    LANES \bits, \rest, r2
    LANES \bits, \rest, r4
    LANES \bits, \rest, r6
    .endm

    /* void mcuai_mve_lanes_*(mcuai_mve_rows *) */
    .macro LINEAR_LANES bits
    FUNCTION mcuai_mve_lanes_s\bits
    ldr r9, [r11, #PITCH]
    ldr r10, [r11, #STEP]
1:  ldr r7, [r11, #WEIGHTS]
    add r1, r7, r10, lsl #2
    str r1, [r11, #WEIGHTS]
    ldr r8, [r11, #X]
    ldr r12, [r11, #NUMBERS]
    .if \bits == 2
    add lr, r8, r9, lsl #2
    .endif
    ldr r5, [r11, #GROUPS]
    CLEAR
    lsrs r1, r9, #4
    beq 3f
2:  str r1, [r11, #COUNT]
    LANES_OF_FOUR \bits, 0
    adds r7, #16
    add r8, r8, #16
    add r12, r12, #16
    .if \bits == 2
    add lr, lr, #16
    .endif
    ldr r1, [r11, #COUNT]
    subs r1, #1
    bne 2b
3:  ands r1, r9, #15
    beq 4f
    vctp.8 r1
    LANES_OF_FOUR \bits, 1
4:  ldr r3, [r11, #MULTIPLIERS]
    add r3, r3, r5, lsl #2
    str r3, [r11, #MULTIPLIERS]
    TO_LANES q0
    FINISH
    .size mcuai_mve_lanes_s\bits, . - mcuai_mve_lanes_s\bits
    .endm

    LINEAR_LANES 8
    LINEAR_LANES 4
    LINEAR_LANES 2
