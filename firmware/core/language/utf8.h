/* Characters in UTF-8 (RFC 3629). */
#ifndef MCUAI_UTF8_H
#define MCUAI_UTF8_H

#include <stdint.h>

/* Bytes of a character of valid UTF-8 by its first one. */
static inline uint32_t mcuai_utf8_length(uint8_t first) {
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* The character at the beginning of valid UTF-8. */
static inline uint32_t mcuai_utf8_read(const uint8_t *text) {
    const uint32_t a = text[0];
    if (a < 0x80)
        return a;
    if (a < 0xE0)
        return (a & 31) << 6 | (text[1] & 63u);
    if (a < 0xF0)
        return (a & 15) << 12 | (text[1] & 63u) << 6 | (text[2] & 63u);
    return (a & 7) << 18 | (text[1] & 63u) << 12 | (text[2] & 63u) << 6 | (text[3] & 63u);
}

/* Bytes of the character at the beginning of any bytes, at least one of them; where that is none,
 * 0, and `broken` tells how many bytes are its maximal subpart (Unicode 16, section 3.9, "U+FFFD
 * Substitution of Maximal Subparts"). */
uint32_t mcuai_utf8_check(const uint8_t *text, uint32_t count, uint32_t *broken);

#endif
