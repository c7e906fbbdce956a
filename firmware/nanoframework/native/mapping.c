#include "mapping.h"

#include <string.h>

enum { LONGEST_NAME = 255, MOST_USES = 1 << 24 };

/* A pack that is mapped under several handles is mapped once: managed code that starts anew without the CPU, as a debugger
 * does it, leaves its mappings behind and asks for the same names again. */
static struct {
    mcuai_mapping mapping;
    uint32_t owners;
    int32_t uses; /* a handle tells which use it is of: a later pack is not taken for an earlier one */
    char name[LONGEST_NAME + 1];
} places[MCUAI_MAPPINGS];

static int32_t handle_of(int32_t place) {
    return places[place].uses * MCUAI_MAPPINGS + place;
}

/* The place of the pack with this name, else a free one, else -1. */
static int32_t place_of(const char *name) {
    int32_t found = -1;
    for (int32_t i = MCUAI_MAPPINGS - 1; i >= 0; i--)
        if (!places[i].mapping.data)
            found = i;
    for (int32_t i = 0; i < MCUAI_MAPPINGS; i++)
        if (places[i].mapping.data && strcmp(places[i].name, name) == 0)
            found = i;
    return found;
}

int32_t mcuai_map(const uint8_t *name, uint32_t name_bytes) {
    char text[LONGEST_NAME + 1] = {0};
    if (!name || name_bytes == 0 || name_bytes > LONGEST_NAME || memchr(name, 0, name_bytes))
        return MCUAI_ERROR_ARGUMENT;
    memcpy(text, name, name_bytes);
    const int32_t place = place_of(text);
    if (place < 0)
        return MCUAI_ERROR_ARGUMENT;
    if (!places[place].mapping.data) {
        const mcuai_status status = mcuai_platform_map(text, &places[place].mapping);
        if (status != MCUAI_OK)
            return status;
        memcpy(places[place].name, text, sizeof text);
        places[place].uses = (places[place].uses + 1) % MOST_USES;
        places[place].owners = 0;
    }
    places[place].owners++;
    return handle_of(place);
}

const mcuai_mapping *mcuai_mapping_of(int32_t handle) {
    const int32_t i = handle % MCUAI_MAPPINGS;
    return handle >= 0 && handle == handle_of(i) && places[i].mapping.data ? &places[i].mapping : NULL;
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
    const int32_t i = handle % MCUAI_MAPPINGS;
    if (--places[i].owners > 0)
        return MCUAI_OK;
    mcuai_platform_unmap(&places[i].mapping);
    places[i].mapping.data = NULL;
    return MCUAI_OK;
}
