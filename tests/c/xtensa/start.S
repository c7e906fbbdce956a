/* For the LX106 of QEMU's machine sim: stack, main, and the simulator's call to exit. */
    .section .text.start, "ax"
    .global start
    .literal_position
    .literal top, stack_top
    .align 4
start:
    l32r a1, top
    call0 main
    movi a3, 0
    movi a2, 1 /* exit */
    simcall

    .section .rodata.pack, "a"
    .balign 16
    .global pack_begin, pack_end
pack_begin:
    .incbin "pack.tsk"
pack_end:
    .balign 16
    .global inputs_begin, inputs_end
inputs_begin:
    .incbin "inputs.bin"
inputs_end:
