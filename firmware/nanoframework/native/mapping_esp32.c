/* Data partitions of the flash, through the cache's MMU: ESP-IDF Programming Guide, "Partitions API". */
#include "mapping.h"

#include <esp_partition.h>

mcuai_status mcuai_platform_map(const char *name, mcuai_mapping *mapping) {
    const esp_partition_t *partition =
        esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, name);
    const void *data;
    esp_partition_mmap_handle_t handle;
    if (!partition || esp_partition_mmap(partition, 0, partition->size, ESP_PARTITION_MMAP_DATA,
                                         &data, &handle) != ESP_OK)
        return MCUAI_ERROR_READ;
    mapping->data = data;
    mapping->bytes = partition->size;
    mapping->token = handle;
    return MCUAI_OK;
}

void mcuai_platform_unmap(mcuai_mapping *mapping) {
    esp_partition_munmap((esp_partition_mmap_handle_t)mapping->token);
}
