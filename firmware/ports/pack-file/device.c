/* The file pack.tsk of the host in the place of a block device, for emulators; read by semihosting.
 */
#include "port.h"

#define SYS_OPEN   1u
#define SYS_READ   6u
#define SYS_SEEK   10u
#define READ_BYTES 1u /* the mode "rb" */

static int32_t file = -1;

int mcuai_port_device_open(void) {
    static const char name[] = "pack.tsk";
    const uintptr_t arguments[] = {(uintptr_t)name, READ_BYTES, sizeof name - 1};
    file = mcuai_port_semihosting(SYS_OPEN, arguments);
    return file >= 0;
}

int mcuai_port_device_start(uint32_t offset, void *destination, uint32_t bytes) {
    const uintptr_t place[] = {(uintptr_t)file, offset};
    const uintptr_t piece[] = {(uintptr_t)file, (uintptr_t)destination, bytes};
    /* Reading returns the number of bytes that are missing. */
    return mcuai_port_semihosting(SYS_SEEK, place) == 0 &&
           mcuai_port_semihosting(SYS_READ, piece) == 0;
}

int mcuai_port_device_wait(void) {
    return 0; /* all was read when it started */
}
