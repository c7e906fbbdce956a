/* The CPU jumps to the first for an exception and to number n for interrupt n, of which only the button's is enabled. */
    .section .vectors, "ax"
    .balign 256
    .global mcuai_esp32c3_vectors
    .type mcuai_esp32c3_vectors, @object
mcuai_esp32c3_vectors:
    .option push
    .option norvc
    j mcuai_riscv_trap
    .rept 31
    j button
    .endr
    .option pop

/* Clears the pin's status. That the CPU is awake is all. */
button:
    addi sp, sp, -16
    sw t0, 0(sp)
    sw t1, 4(sp)
    li t0, 0x60004044
    li t1, 1 << 9
    sw t1, 8(t0)
    lw t1, 0(t0) /* so that the write has arrived */
    lw t0, 0(sp)
    lw t1, 4(sp)
    addi sp, sp, 16
    mret
