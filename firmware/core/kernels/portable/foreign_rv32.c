/* Weights in the RV32 layout, element by element (docs/pack-format.md, "RV32 layout"). */
#include "rows.h"
#include "sizes_rv32.h"

/* What the inner kernels' fields start from; each drain of the fields adds it once. */
#define FIELD_START UINT32_C(0x7f00)

/* The chunk that holds a row: its place in the blob and the pairs of rows in it. */
typedef struct {
    uint32_t offset, pairs, row; /* row: its number in the chunk */
} row_chunk;

static uint32_t drains(uint32_t depth, uint32_t bits) {
    const uint32_t group = bits == 4 ? 32 : 128;
    return bits == 8 ? (depth + 3) / 4 * 2 : (depth + group - 1) / group;
}

static row_chunk find_chunk(const mcuai_row *row) {
    const uint32_t pair_bytes = (uint32_t)mcuai_rv32_pair_bytes(row->depth, row->bits);
    const uint32_t widest = row->bits == 8 ? 16 : 8;
    uint32_t first = row->row / widest * widest;
    uint32_t size = widest;
    if (first + widest > row->rows) {
        for (size = widest / 2; size > 1; size /= 2) {
            if ((row->rows & size) != 0) {
                if (row->row < first + size) {
                    break;
                }
                first += size;
            }
        }
    }
    return (row_chunk){first / 2 * pair_bytes, size > 1 ? size / 2 : 1, row->row - first};
}

static uint32_t word_at(const uint8_t *blob, uint32_t offset) {
    const uint8_t *at = blob + offset;
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

void mcuai_dense_row_rv32(mcuai_row *row) {
    const row_chunk chunk = find_chunk(row);
    const uint32_t starts = chunk.offset + 8 * (chunk.row / 2);
    const uint32_t high = word_at(row->weights, starts + 4);
    const uint32_t low = word_at(row->weights, starts) - (high << 16);
    const uint32_t start = chunk.row % 2 != 0 ? high : low;
    row->record.bias = (int32_t)(start + FIELD_START * drains(row->depth, row->bits));
    const uint32_t words = 4 * mcuai_rv32_words_per_pair(row->depth, row->bits);
    const uint32_t record = chunk.offset + chunk.pairs * (8 + words) + 12 * chunk.row;
    row->record.multiplier = (int32_t)(word_at(row->weights, record) >> 1);
    row->record.shift = (int8_t)row->weights[record + 9];
}

int32_t mcuai_dense_weight_rv32(const mcuai_row *row, uint32_t k) {
    const row_chunk chunk = find_chunk(row);
    const uint32_t steps = row->bits == 8 ? 2 : row->bits == 4 ? 4 : 8; /* of a word */
    const uint32_t word = word_at(row->weights, chunk.offset + 8 * chunk.pairs +
                                                    4 * (k / steps * chunk.pairs + chunk.row / 2));
    const uint32_t field = word >> (chunk.row % 2 * 16 + k % steps * row->bits);
    const int32_t half = (int32_t)1 << (row->bits - 1);
    return (int32_t)(field & (2 * (uint32_t)half - 1)) - half;
}

uint32_t mcuai_dense_rv32_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    return mcuai_rv32_blob_bytes(rows, depth, bits);
}

/* Depthwise weights are stored as in the rows layout. */
void mcuai_depthwise_row_rv32(mcuai_row *row) {
    row->record = mcuai_rows_records(row->weights)[row->row];
}

int32_t mcuai_depthwise_weight_rv32(const mcuai_row *row, uint32_t k) {
    const uint8_t *rows = row->weights + sizeof(mcuai_row_record) * (size_t)row->rows;
    const uint32_t pitch = mcuai_rows_pitch(row->depth, row->bits);
    return mcuai_packed_weight(rows + (size_t)row->row * pitch, k, row->bits);
}

uint32_t mcuai_depthwise_rv32_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    return mcuai_rows_blob_bytes(rows, depth, bits);
}
