/* Reset and traps of a RISC-V CPU in machine mode. */
    .section .vectors, "ax"
    .global mcuai_riscv_reset
    .type mcuai_riscv_reset, @function
mcuai_riscv_reset:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    la t0, mcuai_riscv_trap
    csrw mtvec, t0
    call mcuai_riscv_start
1:  wfi
    j 1b

/* Direct mode: every trap comes here. None is expected, so only what is reported is saved. The ESP32-C3 has no bits of mtvec
 * below 256, and comes here with exceptions until it has vectors of its own. */
    .balign 256
    .global mcuai_riscv_trap
    .type mcuai_riscv_trap, @function
mcuai_riscv_trap:
    csrr a0, mcause
    csrr a1, mepc
    csrr a2, mtval
    mv a3, ra
    mv a4, sp
    la sp, __stack_top
    j mcuai_riscv_report_trap
