/* Rows of weights in the rows layout times a quantized vector. VMLADAVA multiplies 16 bytes and adds up the products in a
 * register with an even number; the rows' weights are at r1, r3, r5 and r7. */
#include "linear.inc"

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
