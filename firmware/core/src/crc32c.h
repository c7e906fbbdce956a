/* CRC-32C (Castagnoli): RFC 3720, section 12.1; the check value of "123456789" is 0xE3069283. */
#ifndef MCUAI_CRC32C_H
#define MCUAI_CRC32C_H

#include <stdint.h>

/* Continues `crc` (0 at the start) over `bytes` bytes. */
uint32_t mcuai_crc32c(uint32_t crc, const void *data, uint32_t bytes);

#endif
