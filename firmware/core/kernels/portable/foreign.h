/* Kernels for weights in another family's layout, on any CPU: exact and slow. Scratch: as the rows
 * kernels. */
#ifndef MCUAI_KERNELS_PORTABLE_FOREIGN_H
#define MCUAI_KERNELS_PORTABLE_FOREIGN_H

#include "../kernels.h"

void mcuai_dense_foreign(const mcuai_dense *args, uint8_t layout);
void mcuai_conv2d_foreign(const mcuai_conv *args, uint8_t layout);
void mcuai_depthwise_foreign(const mcuai_conv *args, uint8_t layout);

#endif
