/* Reads the weight layout of the mve family, on any CPU (docs/pack-format.md, "mve"). */
#include "../kernels.h"

enum { LANES = 16, BLOCK_ROWS = 4, VECTOR_BYTES = 16 };

static uint64_t round_up(uint64_t x, uint32_t unit) {
    return (x + unit - 1) / unit * unit;
}

static int32_t load_lane(const uint8_t *p) {
    return (int32_t)(p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
}

/* A shift to the right is in the low byte, negated; without one, the next byte is the shift to the
 * left. */
static int32_t load_shift(const uint8_t *p) {
    return p[0] == 0 ? p[1] : p[0] < 128 ? p[0] : (int32_t)p[0] - 256;
}

static int32_t sign_extend(uint32_t value, uint32_t bits) {
    const uint32_t sign = UINT32_C(1) << (bits - 1);
    return (int32_t)((value & (2 * sign - 1)) ^ sign) - (int32_t)sign;
}

static int has_layout(uint32_t bits) {
    return bits == 8 || bits == 4 || bits == 2;
}

static uint32_t size_or_none(uint64_t blocks, uint64_t block_bytes) {
    return block_bytes > INT32_MAX || blocks * block_bytes > INT32_MAX
               ? 0
               : (uint32_t)(blocks * block_bytes);
}

static uint64_t dense_weight_bytes(uint32_t depth, uint32_t bits) {
    return round_up(depth, LANES) * BLOCK_ROWS * bits / 8;
}

uint32_t mcuai_dense_mve_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    if (!has_layout(bits) || (bits < 8 && depth >= UINT32_C(1) << 17))
        return 0;
    return size_or_none(round_up(rows, BLOCK_ROWS) / BLOCK_ROWS,
                        dense_weight_bytes(depth, bits) + 3 * VECTOR_BYTES);
}

static const uint8_t *dense_block(const mcuai_row *row) {
    const uint64_t bytes = dense_weight_bytes(row->depth, row->bits) + 3 * VECTOR_BYTES;
    return row->weights + row->row / BLOCK_ROWS * bytes;
}

void mcuai_dense_row_mve(mcuai_row *row) {
    const uint8_t *lane =
        dense_block(row) + dense_weight_bytes(row->depth, row->bits) + row->row % BLOCK_ROWS * 4;
    row->record.bias = load_lane(lane);
    row->record.multiplier = load_lane(lane + VECTOR_BYTES);
    row->record.shift = load_shift(lane + 2 * VECTOR_BYTES);
}

/* The fields of a byte belong to neighbouring rows; all but the top one have 2^(bits-1) added. */
int32_t mcuai_dense_weight_mve(const mcuai_row *row, uint32_t k) {
    const uint32_t fields = 8 / row->bits;
    const uint32_t lane = row->row % BLOCK_ROWS;
    const uint32_t vector = k / LANES * (BLOCK_ROWS / fields) + lane / fields;
    const uint32_t packed = dense_block(row)[vector * VECTOR_BYTES + k % LANES];
    const uint32_t field = packed >> lane % fields * row->bits;
    const uint32_t offset = lane % fields == fields - 1 ? 0 : UINT32_C(1) << (row->bits - 1);
    return sign_extend(field - offset, row->bits);
}

static uint64_t depthwise_block_bytes(uint32_t depth, uint32_t bits) {
    const uint64_t taps = round_up(depth, bits == 2 ? 4 : 2);
    return (4 + taps * bits / 8 + 8) * VECTOR_BYTES;
}

uint32_t mcuai_depthwise_mve_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    if (!has_layout(bits))
        return 0;
    return size_or_none(round_up(rows, LANES) / LANES, depthwise_block_bytes(depth, bits));
}

static const uint8_t *depthwise_block(const mcuai_row *row) {
    return row->weights + row->row / LANES * depthwise_block_bytes(row->depth, row->bits);
}

/* Of four channels, the vectors of constants hold the first, the third, the second and the fourth.
 */
void mcuai_depthwise_row_mve(mcuai_row *row) {
    static const uint8_t order[4] = {0, 2, 1, 3};
    const uint8_t *block = depthwise_block(row);
    const uint8_t *scale = block + depthwise_block_bytes(row->depth, row->bits) - 8 * VECTOR_BYTES;
    const uint32_t vector = order[row->row % 4] * VECTOR_BYTES;
    const uint32_t element = row->row % LANES / 4 * 4;
    row->record.bias = load_lane(block + vector + element);
    row->record.multiplier = load_lane(scale + 2 * vector + element);
    row->record.shift = load_shift(scale + 2 * vector + VECTOR_BYTES + element);
}

int32_t mcuai_depthwise_weight_mve(const mcuai_row *row, uint32_t k) {
    const uint8_t *vector = depthwise_block(row) + (4 + (uint64_t)k * row->bits / 8) * VECTOR_BYTES;
    return sign_extend((uint32_t)vector[row->row % LANES] >> k * row->bits % 8, row->bits);
}
