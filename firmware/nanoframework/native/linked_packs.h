/* Packs that are linked into the image, where flash is no file system and has no partitions. */
#ifndef MCUAI_NANOFRAMEWORK_LINKED_PACKS_H
#define MCUAI_NANOFRAMEWORK_LINKED_PACKS_H

#include <stdint.h>

typedef struct {
    const char *name; /* null: the end of the list */
    const uint8_t *data; /* 16-byte aligned */
    uint32_t bytes;
} mcuai_linked_pack;

/* Made from the image's .tsk files by FindINTEROP-McuAi.NanoFramework.cmake. */
extern const mcuai_linked_pack mcuai_linked_packs[];

#endif
