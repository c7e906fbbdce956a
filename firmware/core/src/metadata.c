#include "manifest.h"

#include <string.h>

enum { ENTRY_BYTES = 8 };

/* Whether `key` is the text in these bytes, which zeros may follow. */
static bool matches(const uint8_t *bytes, uint32_t count, const char *key) {
    uint32_t i = 0;
    for (; i < count && key[i] && bytes[i] == (uint8_t)key[i]; i++)
        ;
    if (key[i])
        return false;
    for (; i < count; i++)
        if (bytes[i])
            return false;
    return true;
}

const void *mcuai_metadata(const mcuai_model *model, const char *key, uint32_t *bytes) {
    const uint8_t *pack = model->config.pack; /* the header was checked: the table lies inside */
    const uint8_t *entry = pack + mcuai_u32(pack + 60);
    uint32_t left = mcuai_u32(pack + 64);
    while (left >= ENTRY_BYTES) {
        const uint32_t key_bytes = mcuai_u16(entry), value_bytes = mcuai_u32(entry + 4);
        left -= ENTRY_BYTES;
        if (key_bytes > left || value_bytes > left - key_bytes)
            break;
        if (matches(entry + ENTRY_BYTES, key_bytes, key)) {
            *bytes = value_bytes;
            return entry + ENTRY_BYTES + key_bytes;
        }
        const uint32_t used = key_bytes + value_bytes,
                       step = (used & 3) ? used + 4 - (used & 3) : used;
        if (step > left)
            break;
        left -= step;
        entry += ENTRY_BYTES + step;
    }
    return NULL;
}
