/* int32_t mcuai_port_semihosting(uint32_t operation, const void *arguments): two instructions without effect mark the
 * EBREAK between them; none of the three may be compressed or lie on another page. */
    .text
    .global mcuai_port_semihosting
    .type mcuai_port_semihosting, @function
    .balign 16
mcuai_port_semihosting:
    .option push
    .option norvc
    slli zero, zero, 0x1f
    ebreak
    srai zero, zero, 7
    .option pop
    ret
