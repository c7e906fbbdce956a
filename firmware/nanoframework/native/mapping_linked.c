#include "linked_packs.h"
#include "mapping.h"

#include <string.h>

mcuai_status mcuai_platform_map(const char *name, mcuai_mapping *mapping) {
    for (const mcuai_linked_pack *pack = mcuai_linked_packs; pack->name; pack++) {
        if (strcmp(pack->name, name) == 0) {
            mapping->data = pack->data;
            mapping->bytes = pack->bytes;
            return MCUAI_OK;
        }
    }
    return MCUAI_ERROR_READ;
}

void mcuai_platform_unmap(mcuai_mapping *mapping) {
    (void)mapping;
}
