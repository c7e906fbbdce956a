/* The model's input from the frames of a window. */
#include "stages.h"

/* output = (feature * factor + offset) >> shift, after the floor. */
typedef struct {
    int32_t factor, offset, floor;
    uint32_t shift;
} mapping;

/* The floor lies the tables' depth under the greatest feature of the window. MFCC have had theirs.
 */
static int32_t floor_of(const mcuai_front_end *f) {
    int32_t peak = INT16_MIN;
    if (f->tables->depth == 0 || f->tables->kind == MCUAI_MFCC)
        return INT16_MIN;
    for (uint32_t i = 0; i < f->tables->frames; i++)
        peak = f->peaks[i] > peak ? f->peaks[i] : peak;
    const int32_t low = peak - f->tables->depth;
    return low > INT16_MIN ? low : INT16_MIN;
}

/* Sum of the features above the floor. Returns their number times their standard deviation. */
static uint32_t deviation(const mcuai_front_end *f, uint32_t n, int32_t low, uint32_t *sum) {
    const int16_t *x = f->frames;
    uint64_t squares = 0;
    *sum = 0;
    for (const int16_t *end = x + n; x < end; x++) {
        const uint32_t above = (uint32_t)((*x > low ? *x : low) - low);
        *sum += above;
        squares += (uint64_t)above * above;
    }
    const uint32_t root = mcuai_square_root(n * squares - (uint64_t)*sum * *sum);
    const uint32_t least = n * f->tables->least_deviation;
    return root > least ? root : least;
}

/* The factor has 14 significant bits, or as many as a shift of at most 22 leaves. */
static mapping normalising(const mcuai_front_end *f, uint32_t n) {
    mapping map = {.floor = floor_of(f)};
    uint32_t sum, down = 18;
    const uint32_t spread = deviation(f, n, map.floor, &sum);
    const uint64_t ratio = ((uint64_t)(f->tables->gain * n) << 32) / spread; /* 2^40 / step */
    while (ratio >> (down + 14))
        down++;
    map.shift = 40 - down;
    map.factor = (int32_t)((ratio + (UINT64_C(1) << (down - 1))) >> down);
    const uint64_t mean = ((uint64_t)(uint32_t)map.factor * sum + n / 2) / n;
    map.offset = -(int32_t)mean - map.floor * map.factor;
    return map;
}

static int8_t *map_frames(const mapping *map, const int16_t *x, const int16_t *end, int8_t *y) {
    const int32_t factor = map->factor, offset = map->offset, low = map->floor;
    const uint32_t shift = map->shift;
    for (; x < end; x++) {
        const int32_t q = ((*x > low ? *x : low) * factor + offset) >> shift;
        *y++ = (int8_t)(q < -128 ? -128 : q > 127 ? 127 : q);
    }
    return y;
}

mcuai_status mcuai_front_end_window(const mcuai_front_end *f, int8_t *output,
                                    uint32_t output_bytes) {
    const mcuai_front_end_tables *t = f->tables;
    const uint32_t n = (uint32_t)t->frames * t->features;
    if (!output || output_bytes != n)
        return MCUAI_ERROR_ARGUMENT;
    if (f->count < t->frames)
        return MCUAI_ERROR_NOT_READY;
    mapping map;
    if (t->normalises) {
        map = normalising(f, n);
    } else {
        const mapping plain = {(int32_t)t->gain, 0, floor_of(f), t->gain_shift};
        map = plain;
    }
    map.offset += t->zero_point * (1 << map.shift) + (1 << (map.shift - 1));
    const int16_t *oldest = f->frames + f->next * t->features;
    output = map_frames(&map, oldest, f->frames + n, output);
    map_frames(&map, f->frames, oldest, output);
    return MCUAI_OK;
}
