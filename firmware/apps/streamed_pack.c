#include <mcuai/store.h>

#include "pack.h"
#include "port.h"

static int start(void *context, uint32_t offset, void *destination, uint32_t bytes) {
    (void)context;
    return mcuai_port_device_start(offset, destination, bytes) ? 0 : -1;
}

static int wait_for(void *context) {
    (void)context;
    return mcuai_port_device_wait();
}

struct mcuai_store *mcuai_streamed_store(void *cache, uint32_t bytes) {
    static mcuai_store store;
    const mcuai_store_config config = {
        .start = start, .wait = wait_for, .cache = cache, .cache_bytes = bytes};
    mcuai_port_device_open(); /* where that failed, the first read does */
    mcuai_store_init(&store, &config);
    return &store;
}
