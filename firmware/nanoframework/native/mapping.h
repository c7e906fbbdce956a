/* Packs that the CPU reads in place, by handle: an address does not fit into what managed code is given. */
#ifndef MCUAI_NANOFRAMEWORK_MAPPING_H
#define MCUAI_NANOFRAMEWORK_MAPPING_H

#include <mcuai/mcuai.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const uint8_t *data; /* 16-byte aligned; null: none */
    uint32_t bytes;
    uintptr_t token; /* of the platform */
} mcuai_mapping;

/* Given by the platform: mapping_*.c. The name is that of a partition, a linked pack or a file; it ends with a zero.
 * MCUAI_ERROR_READ where there is none of this name. */
mcuai_status mcuai_platform_map(const char *name, mcuai_mapping *mapping);
void mcuai_platform_unmap(mcuai_mapping *mapping);

/* A handle of what has this name, or an error. MCUAI_ERROR_ARGUMENT where the name is empty or longer than 255 bytes, or packs
 * of as many other names are mapped as there is room for, MCUAI_MAPPINGS. */
enum { MCUAI_MAPPINGS = 4 };
int32_t mcuai_map(const uint8_t *name, uint32_t name_bytes);

/* Null for a handle that is not in use. */
const mcuai_mapping *mcuai_mapping_of(int32_t handle);

int32_t mcuai_mapping_bytes(int32_t handle);
int32_t mcuai_mapping_read(int32_t handle, uint32_t offset, uint8_t *to, uint32_t bytes);

/* One of those that mapped the pack uses it no more. */
int32_t mcuai_unmap(int32_t handle);

#ifdef __cplusplus
}
#endif

#endif
