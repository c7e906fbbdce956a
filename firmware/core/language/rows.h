/* What the operators of language models share: tensors of T rows, of which an inference may process
 * fewer. */
#ifndef MCUAI_LANGUAGE_ROWS_H
#define MCUAI_LANGUAGE_ROWS_H

#include "../operators/elements.h"

/* Whether the tensor is int32 [rows, width]. */
static inline bool mcuai_is_rows(const mcuai_tensor *tensor, int32_t rows, uint64_t width) {
    return mcuai_plain_of(tensor, MCUAI_INT32) && tensor->dims[0] == 1 && tensor->dims[1] == 1 &&
           tensor->dims[2] == rows && (uint64_t)tensor->dims[3] == width;
}

/* Whether the tensor is a constant vector of this type. */
static inline bool mcuai_is_constant_vector(const mcuai_tensor *tensor, mcuai_type type,
                                            int32_t length) {
    return mcuai_plain_of(tensor, type) && tensor->is_constant && tensor->dims[0] == 1 &&
           tensor->dims[1] == 1 && tensor->dims[2] == 1 && tensor->dims[3] == length;
}

/* Rows of the output that this inference processes. */
static inline uint32_t mcuai_active_rows(const mcuai_node *node) {
    const uint32_t rows = (uint32_t)mcuai_node_output(node, 0)->dims[2];
    return node->rows < rows ? node->rows : rows;
}

/* A row of an int32 tensor. */
static inline int32_t *mcuai_row_at(const mcuai_tensor *tensor, uint32_t row) {
    return (int32_t *)tensor->data + (size_t)row * (uint32_t)tensor->dims[3];
}

/* Whether this is a number as mantissa and exponent. */
static inline bool mcuai_real_ok(int32_t mantissa, int32_t exponent) {
    return (mantissa == 0 || mantissa >= INT32_C(1) << 30) && mcuai_in_range(exponent, -64, 64);
}

/* Bytes that a part of the scratch takes. */
static inline uint64_t mcuai_round16(uint64_t bytes) {
    return (bytes + 15) / 16 * 16;
}

#endif
