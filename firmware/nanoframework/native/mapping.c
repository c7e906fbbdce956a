#include "mapping.h"

#include <string.h>

enum { LONGEST_NAME = 255, MOST_USES = 1 << 24 };

static mcuai_mapping mappings[MCUAI_MAPPINGS];
static int32_t uses[MCUAI_MAPPINGS]; /* a handle tells which use it is of: a later pack is not taken for an earlier one */

int32_t mcuai_map(const uint8_t *name, uint32_t name_bytes) {
    char text[LONGEST_NAME + 1] = {0};
    if (!name || name_bytes == 0 || name_bytes > LONGEST_NAME || memchr(name, 0, name_bytes))
        return MCUAI_ERROR_ARGUMENT;
    memcpy(text, name, name_bytes);
    for (int32_t i = 0; i < MCUAI_MAPPINGS; i++) {
        if (mappings[i].data)
            continue;
        const mcuai_status status = mcuai_platform_map(text, &mappings[i]);
        if (status != MCUAI_OK)
            return status;
        uses[i] = (uses[i] + 1) % MOST_USES;
        return uses[i] * MCUAI_MAPPINGS + i;
    }
    return MCUAI_ERROR_ARGUMENT;
}

const mcuai_mapping *mcuai_mapping_of(int32_t handle) {
    const int32_t i = handle % MCUAI_MAPPINGS;
    return handle >= 0 && handle / MCUAI_MAPPINGS == uses[i] && mappings[i].data ? &mappings[i] : NULL;
}

int32_t mcuai_mapping_bytes(int32_t handle) {
    const mcuai_mapping *mapping = mcuai_mapping_of(handle);
    return mapping && mapping->bytes <= INT32_MAX ? (int32_t)mapping->bytes : MCUAI_ERROR_ARGUMENT;
}

int32_t mcuai_mapping_read(int32_t handle, uint32_t offset, uint8_t *to, uint32_t bytes) {
    const mcuai_mapping *mapping = mcuai_mapping_of(handle);
    if (!mapping || offset > mapping->bytes || bytes > mapping->bytes - offset)
        return MCUAI_ERROR_ARGUMENT;
    memcpy(to, mapping->data + offset, bytes);
    return MCUAI_OK;
}

int32_t mcuai_unmap(int32_t handle) {
    if (!mcuai_mapping_of(handle))
        return MCUAI_ERROR_ARGUMENT;
    mcuai_mapping *mapping = &mappings[handle % MCUAI_MAPPINGS];
    mcuai_platform_unmap(mapping);
    mapping->data = NULL;
    return MCUAI_OK;
}
