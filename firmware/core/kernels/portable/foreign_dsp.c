/* The dsp layout, element by element. */
#include <stdbool.h>

#include "../kernels.h"

/* Byte 11 of a pair's first scale has this bit if its rows changed places. */
enum { ROW_SCALE_BYTES = 12, EXCHANGED = 2 };

static uint32_t word(const uint8_t *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* {multiplier, rounding, exponent}; byte 1 of the exponent is the layer's own shift, in the
 * ordinary and in the general form. */
static void read_scale(mcuai_row_record *record, const uint8_t *scale) {
    record->multiplier = (int32_t)word(scale);
    record->shift = (int8_t)scale[9];
}

static uint32_t round4(uint32_t n) {
    return (n + 3) & ~UINT32_C(3);
}

/* Rows in a block: pairs for int8. */
static uint32_t block_rows(uint32_t bits) {
    return bits == 8 ? 2 : 4;
}

/* Constants, weights and scales of a block. */
static uint64_t block_bytes(uint32_t depth, uint32_t bits) {
    const uint64_t padded = ((uint64_t)depth + 3) & ~UINT64_C(3);
    return block_rows(bits) * (4 + padded * bits / 8 + ROW_SCALE_BYTES);
}

uint32_t mcuai_dense_dsp_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    const uint64_t blocks = ((uint64_t)rows + block_rows(bits) - 1) / block_rows(bits);
    const uint64_t block = block_bytes(depth, bits);
    return block > UINT32_MAX / (blocks ? blocks : 1) ? 0 : (uint32_t)(blocks * block);
}

/* Where element k of a four lies: word k & 1, half k >> 1. */
static uint32_t half_of(uint32_t k) {
    return (k & 1) * 2 + (k >> 1 & 1);
}

typedef struct {
    const uint8_t *constants, *weights, *scales;
    uint32_t step; /* bytes from one four of the depth to the next */
    uint32_t lane; /* row in the block */
} block;

/* Blocks of int8 pairs lie side by side in fours while there are four rows. */
static block find_int8(const mcuai_row *row) {
    const uint32_t padded = round4(row->depth);
    const uint64_t pair_bytes = block_bytes(row->depth, 8);
    const uint32_t quad = row->row & ~UINT32_C(3);
    const uint8_t *start = row->weights + quad / 2 * pair_bytes;
    const uint32_t pair = row->row / 2 % 2;
    block b;
    if (quad + 4 <= row->rows) {
        b.step = 16;
        b.constants = start + 8 * pair;
        b.weights = start + 16 + 8 * pair;
        b.scales = start + 16 + 4 * padded + 2 * ROW_SCALE_BYTES * pair;
    } else {
        b.step = 8;
        b.constants = start + pair * pair_bytes;
        b.weights = b.constants + 8;
        b.scales = b.weights + 2 * padded;
    }
    const bool exchanged = (b.scales[11] & EXCHANGED) != 0;
    b.lane = row->row % 2 ^ (uint32_t)exchanged;
    b.scales += ROW_SCALE_BYTES * b.lane;
    return b;
}

static block find(const mcuai_row *row) {
    if (row->bits == 8) {
        return find_int8(row);
    }
    const uint8_t *start = row->weights + row->row / 4 * block_bytes(row->depth, row->bits);
    block b = {.lane = row->row % 4, .step = 2 * row->bits};
    b.constants = start;
    b.weights = start + 16;
    b.scales = b.weights + round4(row->depth) / 4 * b.step + ROW_SCALE_BYTES * b.lane;
    return b;
}

/* The halfword that holds element k of all the block's rows. */
static int32_t halfword(const block *b, uint32_t k) {
    const uint8_t *p = b->weights + k / 4 * b->step + 2 * half_of(k);
    return (int16_t)(p[0] | p[1] << 8);
}

static int32_t int8_weight(const block *b, uint32_t k) {
    const int32_t both = halfword(b, k);
    const int32_t low = (int8_t)both;
    return b->lane == 0 ? low : (both - low) / 256;
}

static int32_t int4_weight(const block *b, uint32_t k) {
    const int32_t field = halfword(b, k) >> (4 * b->lane);
    return b->lane == 3 ? field : (field & 15) - 8;
}

/* A word, rotated right by 4 g, has rows 2 (g & 1) and the next of the elements of word g >> 1. */
static int32_t int2_weight(const block *b, uint32_t k) {
    const uint32_t half = half_of(k);
    const uint32_t turn = 4 * (2 * (half >> 1) + (b->lane >> 1));
    const uint32_t w = word(b->weights + k / 4 * b->step);
    const uint32_t turned = turn ? w >> turn | w << (32 - turn) : w;
    const uint32_t pair = turned >> (16 * (half & 1));
    return (b->lane & 1) ? (int32_t)(pair << 16) >> 30 : (int32_t)(pair & 3) - 2;
}

int32_t mcuai_dense_weight_dsp(const mcuai_row *row, uint32_t k) {
    const block b = find(row);
    return row->bits == 8   ? int8_weight(&b, k)
           : row->bits == 4 ? int4_weight(&b, k)
                            : int2_weight(&b, k);
}

/* Sum of the products of neighbours 2i, 2i + 1 of the field that Winograd's inner product takes
 * from the halfword. */
static uint32_t neighbours(const block *b, uint32_t depth, int32_t mask) {
    uint32_t sum = 0;
    for (uint32_t k = 0; k < round4(depth); k += 2) {
        const int32_t even = halfword(b, k), odd = halfword(b, k + 1);
        sum += mask ? (uint32_t)((even & mask) * (odd & mask))
                    : (uint32_t)((int8_t)even * (int8_t)odd);
    }
    return sum;
}

static int32_t int8_bias(const block *b, uint32_t depth) {
    const uint32_t p = word(b->constants) + neighbours(b, depth, 0);
    return b->lane == 0 ? (int32_t)p : (int32_t)(word(b->constants + 4) - p) >> 8;
}

static int32_t int4_bias(const block *b, uint32_t depth) {
    const uint32_t d = word(b->constants) + neighbours(b, depth, 0x0f);
    const uint32_t both = word(b->constants + 4) + neighbours(b, depth, 0xff);
    const uint32_t c = word(b->constants + 8), a = word(b->constants + 12);
    switch (b->lane) {
    case 0:
        return (int32_t)d;
    case 1:
        return (int32_t)(both - d) >> 4;
    case 2:
        return (int32_t)(c - d) >> 8;
    default:
        return (int32_t)(a - both - c + d) >> 12;
    }
}

static int32_t int2_bias(const block *b, uint32_t depth) {
    int32_t sum = 0;
    for (uint32_t k = 0; k < depth; k++) {
        sum += int2_weight(b, k);
    }
    const uint32_t constant = word(b->constants + 4 * b->lane);
    const uint32_t own = 128 * (uint32_t)sum;
    return (b->lane & 1)
               ? (int32_t)(constant + own)
               : (int32_t)((uint32_t)((int32_t)constant >> 2) + own + 256 * round4(depth));
}

void mcuai_dense_row_dsp(mcuai_row *row) {
    const block b = find(row);
    read_scale(&row->record, b.scales);
    row->record.bias = row->bits == 8   ? int8_bias(&b, row->depth)
                       : row->bits == 4 ? int4_bias(&b, row->depth)
                                        : int2_bias(&b, row->depth);
}

/* Depthwise: groups of four channels, two taps at a time. */
enum { GROUP_BIAS_BYTES = 16 };

static uint64_t group_weights(uint32_t depth, uint32_t bits) {
    return (((uint64_t)depth + 1) / 2 * bits + 3) & ~UINT64_C(3);
}

static uint64_t group_bytes(uint32_t depth, uint32_t bits) {
    return GROUP_BIAS_BYTES + group_weights(depth, bits) + 4 * ROW_SCALE_BYTES;
}

uint32_t mcuai_depthwise_dsp_bytes(uint32_t rows, uint32_t depth, uint32_t bits) {
    const uint64_t groups = ((uint64_t)rows + 3) / 4;
    const uint64_t group = group_bytes(depth, bits);
    return group > UINT32_MAX / (groups ? groups : 1) ? 0 : (uint32_t)(groups * group);
}

static const uint8_t *group_of(const mcuai_row *row) {
    return row->weights + row->row / 4 * group_bytes(row->depth, row->bits);
}

void mcuai_depthwise_row_dsp(mcuai_row *row) {
    const uint8_t *group = group_of(row);
    const uint32_t lane = row->row % 4;
    row->record.bias = (int32_t)word(group + 4 * lane);
    read_scale(&row->record, group + GROUP_BIAS_BYTES + group_weights(row->depth, row->bits) +
                                 ROW_SCALE_BYTES * lane);
}

int32_t mcuai_depthwise_weight_dsp(const mcuai_row *row, uint32_t k) {
    const uint32_t lane = row->row % 4, bits = row->bits;
    const uint32_t element = k / 2 * 8 + lane / 2 * 4 + k % 2 * 2 + lane % 2;
    const uint32_t bit = element * bits;
    const uint8_t byte = group_of(row)[GROUP_BIAS_BYTES + bit / 8];
    return (int32_t)((uint32_t)byte << (32 - bits - bit % 8)) >> (32 - bits);
}
