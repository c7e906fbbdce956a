#include "utf8.h"

/* Bounds of the second byte: no character in more bytes than it takes, no surrogate, none beyond
 * U+10FFFF. */
static uint8_t second_least(uint8_t first) {
    return first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
}

static uint8_t second_most(uint8_t first) {
    return first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
}

uint32_t mcuai_utf8_check(const uint8_t *text, uint32_t count, uint32_t *broken) {
    const uint8_t first = text[0];
    if (first < 0x80)
        return 1;
    *broken = 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    const uint32_t length = mcuai_utf8_length(first);
    for (uint32_t i = 1; i < length; i++) {
        *broken = i;
        if (i >= count || text[i] < (i == 1 ? second_least(first) : 0x80) ||
            text[i] > (i == 1 ? second_most(first) : 0xBF))
            return 0;
    }
    return length;
}
