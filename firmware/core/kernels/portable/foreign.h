/* Kernels for weights in another family's layout, on any CPU: exact and slow. Scratch: as the rows
 * kernels. Their `loops` are the reader of the layout. */
#ifndef MCUAI_KERNELS_PORTABLE_FOREIGN_H
#define MCUAI_KERNELS_PORTABLE_FOREIGN_H

#include "../kernels.h"

typedef struct {
    void (*row)(mcuai_row *row);
    int32_t (*weight)(const mcuai_row *row, uint32_t k);
} mcuai_row_reader;

void mcuai_dense_foreign(const mcuai_dense *args);
void mcuai_conv2d_foreign(const mcuai_conv *args);
void mcuai_depthwise_foreign(const mcuai_conv *args);

#endif
