/* What the boot ROM of an ESP32-C3 (from revision 3 on) finds at the beginning of the flash: the two words of a direct boot.
 * It maps the first 4 MB of the flash to 0x42000000 for instructions and to 0x3C000000 for data, and jumps behind the words
 * (github.com/espressif/esp32c3-direct-boot-example). */
    .section .header, "ax"
    .word 0xaedb041d, 0xaedb041d
    .global mcuai_esp32c3_entry
    .type mcuai_esp32c3_entry, @function
mcuai_esp32c3_entry:
    csrci mstatus, 8 /* no interrupt that the ROM has left on */
    j mcuai_riscv_reset
