/* Weights in rows layout for operators that go row by row: svdf and lstm. */
#ifndef MCUAI_ROW_SUMS_H
#define MCUAI_ROW_SUMS_H

#include "../kernels/portable/rows.h"
#include "../src/operator.h"

typedef struct {
    const mcuai_row_record *records;
    const uint8_t *rows;
    uint32_t pitch, depth, bits;
} mcuai_row_weights;

/* Weights of dims [.., rows, depth]. */
mcuai_row_weights mcuai_row_weights_of(const mcuai_tensor *weights);

/* Whether the tensor holds that many rows of that depth. */
bool mcuai_row_weights_ok(const mcuai_tensor *weights, int32_t rows, int32_t depth);

/* requantize(bias + sum over k of w[row][k] * x[k]) */
int32_t mcuai_row_value(const mcuai_row_weights *weights, uint32_t row, const int8_t *x);

#endif
