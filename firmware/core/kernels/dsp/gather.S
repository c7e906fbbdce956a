/* One window from rows that lie in a ring: see mcuai_dsp_window in dsp_kernels.h.
 * void gather(uint32_t *x, const mcuai_dsp_window *window, mcuai_dsp_sums *sums) takes elements already widened.
 * void collect(uint32_t *to, const mcuai_dsp_window *window) takes bytes. */
    .syntax unified
    .thumb

    /* Offsets in mcuai_dsp_window, which becomes the stack frame. */
    .equ ROW, 0
    .equ ROWS, 8
    .equ WINDOW_FRAME, 24

    /* r12 sums products of neighbours, lr values; r3 holds ones. */
    .macro SUM_s8 even, odd
    smlad r12, \even, \odd, r12
    .endm

    .macro SUM_s2 even, odd
    smlad lr, \even, r3, lr
    smlad lr, \odd, r3, lr
    .endm

    .macro SUM_s4 even, odd
    SUM_s8 \even, \odd
    SUM_s2 \even, \odd
    .endm

    .macro GATHER name
    .section .text.mcuai_dsp_gather_\name, "ax", %progbits
    .balign 4
    .global mcuai_dsp_gather_\name
    .type mcuai_dsp_gather_\name, %function
    .thumb_func
mcuai_dsp_gather_\name:
    push {r2, r4-r11, lr}
    sub sp, #WINDOW_FRAME
    ldm r1, {r4-r9}
    stm sp, {r4-r9}
    ldrd r12, lr, [r2]
    .ifnc \name, s8
    mov r3, #0x00010001
    .endif
    .ifc \name, s2
    /* The elements are 4 * (value + 128). */
    mul r5, r5, r6
    sub lr, lr, r5, lsl #7
    lsl lr, lr, #2
    .endif
0:  ldrd r1, r2, [sp, #ROW]
    subs r2, #16
    blo 2f
1:  ldm r1!, {r4-r11}
    SUM_\name r4, r5
    SUM_\name r6, r7
    SUM_\name r8, r9
    SUM_\name r10, r11
    subs r2, #16
    stm r0!, {r4-r11}
    bhs 1b
2:  adds r2, #12
    blt 4f
3:  ldrd r4, r5, [r1], #8
    SUM_\name r4, r5
    subs r2, #4
    strd r4, r5, [r0], #8
    bhs 3b
4:  ldm sp, {r4-r9}
    add r4, r4, r7
    cmp r4, r8
    it hs
    subhs r4, r4, r9
    subs r6, #1
    str r4, [sp, #ROW]
    str r6, [sp, #ROWS]
    bne 0b
    .ifc \name, s2
    asr lr, lr, #2
    .endif
    add sp, #WINDOW_FRAME
    pop {r2}
    strd r12, lr, [r2]
    pop {r4-r11, pc}
    .size mcuai_dsp_gather_\name, . - mcuai_dsp_gather_\name
    .endm

    GATHER s8
    GATHER s4
    GATHER s2

    /* Copies words: up to three bytes too many of each row, which the next row overwrites. */
    .section .text.mcuai_dsp_collect, "ax", %progbits
    .balign 4
    .global mcuai_dsp_collect
    .type mcuai_dsp_collect, %function
    .thumb_func
mcuai_dsp_collect:
    push {r4-r7, lr}
    ldm r1, {r2-r7}
1:  mov r1, r2
    mov r12, r3
2:  ldr lr, [r1], #4
    subs r12, #4
    str lr, [r0], #4
    bhi 2b
    add r0, r12
    add r2, r5
    cmp r2, r6
    it hs
    subhs r2, r2, r7
    subs r4, #1
    bne 1b
    pop {r4-r7, pc}
    .size mcuai_dsp_collect, . - mcuai_dsp_collect
