/* Products where multipliers change within a vector of weights. */
#include "linear.inc"

    /* Products of two bytes are added up in lanes of 16 bits, and the number of a lane's group, at r12, is the offset of
     * its multiplier from r3. Inactive bytes of a row's last vector are 0; a lane's lower byte tells whether it is active. */
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
