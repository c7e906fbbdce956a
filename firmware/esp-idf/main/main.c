/* Runs the pack in the partition `pack` once on zeros, in place, and writes the lines of
 * firmware/apps/runner. */
#include <esp_cpu.h>
#include <esp_heap_caps.h>
#include <esp_partition.h>

#include <mcuai/mcuai.h>

#include <stdio.h>
#include <string.h>

#include "port.h"
#include "report.h"

/* The console puts a carriage return before every line feed by itself. */
void mcuai_port_write(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] != '\r')
            putchar(text[i]);
    }
}

static void report_outputs(const mcuai_model *model) {
    mcuai_tensor tensor;
    report_word("mcuai output");
    for (uint32_t i = 0; (tensor = mcuai_output(model, i)).data; i++)
        report_hex(tensor.data, tensor.bytes);
    report_end();
}

static mcuai_status infer(const mcuai_model *model) {
    mcuai_tensor tensor;
    for (uint32_t i = 0; (tensor = mcuai_input(model, i)).data; i++)
        memset(tensor.data, 0, tensor.bytes);
    const uint32_t start = esp_cpu_get_cycle_count();
    const mcuai_status status = mcuai_invoke(model);
    const uint32_t ticks = esp_cpu_get_cycle_count() - start;
    if (status == MCUAI_OK) {
        report_outputs(model);
        report_pair("ticks", 0, ticks);
    }
    return status;
}

static mcuai_status run(const void *pack, uint32_t pack_bytes) {
    const int32_t arena_bytes = mcuai_arena_bytes(pack, pack_bytes);
    if (arena_bytes < 0)
        return (mcuai_status)arena_bytes;
    mcuai_model model;
    const mcuai_config config = {
        .pack = pack,
        .pack_bytes = pack_bytes,
        /* The image is not made for one pack, so that it learns the size here. */
        .arena =
            heap_caps_aligned_alloc(16, arena_bytes ? (size_t)arena_bytes : 16, MALLOC_CAP_8BIT),
        .arena_bytes = (uint32_t)arena_bytes,
        .operators = mcuai_all_operators,
    };
    report_figure("arena", config.arena_bytes);
    if (!config.arena)
        return MCUAI_ERROR_ARENA;
    mcuai_status status = mcuai_open(&model, &config);
    if (status == MCUAI_OK)
        status = mcuai_verify(&model);
    return status == MCUAI_OK ? infer(&model) : status;
}

void app_main(void) {
    const esp_partition_t *partition =
        esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, "pack");
    const void *pack = NULL;
    esp_partition_mmap_handle_t handle;
    if (!partition) {
        report_done(MCUAI_ERROR_READ, "the partition table has no partition named pack");
        return;
    }
    if (esp_partition_mmap(partition, 0, partition->size, ESP_PARTITION_MMAP_DATA, &pack,
                           &handle) != ESP_OK) {
        report_done(MCUAI_ERROR_READ,
                    "the partition cannot be mapped; it may be larger than the address space left");
        return;
    }
    report_done(run(pack, partition->size), NULL);
}
