/* On its own CPU the layout is not foreign: of the portable file only the sizes. */
#include "../portable/rows.h"
#include "../portable/sizes_rv32.h"

uint32_t mcuai_dense_rv32_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    return mcuai_rv32_blob_bytes(rows, depth, bits);
}

uint32_t mcuai_depthwise_rv32_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    return mcuai_rows_blob_bytes(rows, depth, bits);
}
