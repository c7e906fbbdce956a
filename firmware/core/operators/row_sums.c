#include "row_sums.h"

static uint32_t bits_of(const mcuai_tensor *weights) {
    return weights->type == MCUAI_INT8   ? 8
           : weights->type == MCUAI_INT4 ? 4
           : weights->type == MCUAI_INT2 ? 2
                                         : 0;
}

mcuai_row_weights mcuai_row_weights_of(const mcuai_tensor *weights) {
    const uint32_t depth = (uint32_t)weights->dims[3], bits = bits_of(weights);
    const mcuai_row_weights result = {
        .records = mcuai_rows_records(weights->data),
        .rows =
            (const uint8_t *)weights->data + sizeof(mcuai_row_record) * (size_t)weights->dims[2],
        .pitch = mcuai_rows_pitch(depth, bits),
        .depth = depth,
        .bits = bits,
    };
    return result;
}

bool mcuai_row_weights_ok(const mcuai_tensor *weights, int32_t rows, int32_t depth) {
    const uint32_t bits = bits_of(weights);
    return bits != 0 && weights->is_constant && weights->dims[0] == 1 && weights->dims[1] == 1 &&
           weights->dims[2] == rows && weights->dims[3] == depth &&
           weights->bytes == mcuai_rows_blob_bytes((uint32_t)rows, (uint32_t)depth, bits);
}

int32_t mcuai_row_value(const mcuai_row_weights *weights, uint32_t row, const int8_t *x) {
    const mcuai_row_record *record = &weights->records[row];
    const uint8_t *w = weights->rows + (size_t)weights->pitch * row;
    uint32_t sum = (uint32_t)record->bias;
    if (weights->bits == 8)
        for (uint32_t k = 0; k < weights->depth; k++)
            sum += (uint32_t)((int8_t)w[k] * x[k]);
    else
        for (uint32_t k = 0; k < weights->depth; k++)
            sum += (uint32_t)(mcuai_packed_weight(w, k, weights->bits) * x[k]);
    return mcuai_requantize((int32_t)sum, record->multiplier, record->shift);
}
