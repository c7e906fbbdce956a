/* Files, for a runtime on a PC. */
#define _POSIX_C_SOURCE 200809L

#include "mapping.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

mcuai_status mcuai_platform_map(const char *name, mcuai_mapping *mapping) {
    struct stat facts;
    const int file = open(name, O_RDONLY);
    if (file < 0)
        return MCUAI_ERROR_READ;
    void *data = MAP_FAILED;
    if (fstat(file, &facts) == 0 && facts.st_size > 0 && facts.st_size <= INT32_MAX)
        data = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (data == MAP_FAILED)
        return MCUAI_ERROR_READ;
    mapping->data = data;
    mapping->bytes = (uint32_t)facts.st_size;
    return MCUAI_OK;
}

void mcuai_platform_unmap(mcuai_mapping *mapping) {
    munmap((void *)(uintptr_t)mapping->data, mapping->bytes);
}
