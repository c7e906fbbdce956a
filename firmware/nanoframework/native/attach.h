/* A model for the length of one native call. */
#ifndef MCUAI_NANOFRAMEWORK_ATTACH_H
#define MCUAI_NANOFRAMEWORK_ATTACH_H

#include "managed.h"

#include <mcuai/store.h>

typedef struct {
    mcuai_model model;
    mcuai_store store; /* its first member leads from the core's functions back to this one */
    const mcuai_managed_pack *pack;
    int32_t missing; /* the shard that was wanted and is not in the cache, or -1 */
} mcuai_managed_model;

/* Fills in where everything is. MCUAI_ERROR_ARGUMENT where an array is missing. */
mcuai_status mcuai_managed_locate(mcuai_managed_model *to, const mcuai_managed_pack *pack);

/* The same of a pack whose manifest mcuai_managed_open has checked, with the size of the arena against the one it states. */
mcuai_status mcuai_managed_attach(mcuai_managed_model *to, const mcuai_managed_pack *pack);

/* The same with the weights, for operators. */
mcuai_status mcuai_managed_attach_weights(mcuai_managed_model *to, const mcuai_managed_pack *pack);

#endif
