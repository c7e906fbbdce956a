/* attention for Cortex-M55, head by head. Lines of keys lie as on other CPUs; of values, those of
 * an element at all positions are neighbours: so sums over a key's elements and over positions are
 * both products of a vector of int16 and rows of bytes. */
#include "../attention.h"
#include "attention.h"

#include "../cache.h"
#include "../rows.h"
#include "vectors.h"

/* Quantizes x[count] to bytes that are `step` apart, with a scale of so many bits of fraction. */
static int32_t append(const int32_t *x, uint32_t count, int32_t fraction, int8_t *to,
                      uint32_t step) {
    const mcuai_cache_scale own = mcuai_cache_scale_of(mcuai_mve_greatest(x, count), fraction);
    const uint32x4_t offsets = vmulq_n_u32(vidupq_n_u32(0, 1), step);
    const int32x4_t reciprocal = vdupq_n_s32(own.reciprocal);
    for (uint32_t i = 0; i < count; i += 4) {
        const mve_pred16_t live = vctp32q(count - i);
        const int32x4_t value = mcuai_mve_shift_round(vldrwq_z_s32(x + i, live), own.left);
        const int32x4_t level = vrshrq_n_s32(vrmulhq_s32(value, reciprocal), 6);
        const int32x4_t byte = vmaxq_s32(vminq_s32(level, vdupq_n_s32(127)), vdupq_n_s32(-127));
        vstrbq_scatter_offset_p_s32(to + (size_t)step * i, offsets, byte, live);
    }
    return own.step;
}

static uint32_t key_line(const mcuai_attention *a) {
    return a->groups * (a->first + a->second);
}

static void append_all(const mcuai_attention *a, uint32_t row, uint32_t position) {
    const uint32_t first = a->groups * a->first, second = a->groups * a->second;
    const uint32_t width = a->groups * a->width;
    int8_t *line = a->keys + (size_t)position * key_line(a);
    a->scales[position] =
        (int16_t)append(a->k + (size_t)row * first, first, a->key_fraction, line, 1);
    if (a->k2)
        a->scales2[position] =
            (int16_t)append(a->k2 + (size_t)row * second, second, a->key_fraction, line + first, 1);
    if (a->v)
        a->value_scales[position] = (int16_t)append(
            a->v + (size_t)row * width, width, a->value_fraction, a->values + position, a->context);
}

/* The upper 15 bits of x, shifted to the left. */
static void narrow(const int32_t *x, uint32_t count, int32_t left, int16_t *y) {
    __asm__ volatile("wlstp.32 lr, %2, 2f\n"
                     "1: vldrw.u32 q0, [%0], #16\n"
                     "vshl.s32 q0, %3\n"
                     "vshr.s32 q0, q0, #17\n"
                     "vstrh.32 q0, [%1], #8\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+r"(x), "+l"(y)
                     : "r"(count), "r"(left)
                     : "lr", "q0", "memory");
}

/* The head's query in 15 bits; returns how many leading zeros all of it has. */
static int32_t take_query(const mcuai_attention *a, size_t number) {
    const int32_t *q = a->q + number * a->first, *q2 = a->q2 + number * a->second;
    const uint32_t greatest = mcuai_mve_greatest(q, a->first);
    const uint32_t greatest2 = a->q2 ? mcuai_mve_greatest(q2, a->second) : 0;
    const int32_t zeros = mcuai_zeros(greatest > greatest2 ? greatest : greatest2);
    narrow(q, a->first, zeros - 1, a->query);
    if (a->q2)
        narrow(q2, a->second, zeros - 1, a->query + a->first);
    return zeros;
}

/* Sums over `count` of x times four rows of bytes that are `step` apart. */
static inline int32x4_t dot4(const int16_t *x, const int8_t *r0, uint32_t step, uint32_t count) {
    const int8_t *r1 = r0 + step, *r2 = r1 + step, *r3 = r2 + step;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    __asm__ volatile("wlstp.16 lr, %9, 2f\n"
                     "1: vldrh.u16 q0, [%4], #16\n"
                     "vldrb.s16 q1, [%5], #8\n"
                     "vmladava.s16 %0, q0, q1\n"
                     "vldrb.s16 q2, [%6], #8\n"
                     "vmladava.s16 %1, q0, q2\n"
                     "vldrb.s16 q1, [%7], #8\n"
                     "vmladava.s16 %2, q0, q1\n"
                     "vldrb.s16 q2, [%8], #8\n"
                     "vmladava.s16 %3, q0, q2\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+Te"(s0), "+Te"(s1), "+Te"(s2), "+Te"(s3), "+r"(x), "+l"(r0), "+l"(r1),
                       "+l"(r2), "+l"(r3)
                     : "r"(count)
                     : "lr", "q0", "q1", "q2", "memory");
    return mcuai_mve_lanes(s0, s1, s2, s3);
}

/* The same of columns: a row's elements are `line` apart, and rows neighbours. */
static inline int32x4_t dot4_columns(const int16_t *x, const int8_t *r, uint32_t line,
                                     uint32_t count) {
    const uint16x8_t offsets = vmulq_n_u16(vidupq_n_u16(0, 1), (uint16_t)line);
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    const int8_t *r1 = r + 1, *r2 = r + 2, *r3 = r + 3;
    for (uint32_t t = 0; t < count; t += 8) {
        const mve_pred16_t live = vctp16q(count - t);
        const int16x8_t w = vldrhq_z_s16(x + t, live);
        const size_t at = (size_t)line * t;
        s0 = vmladavaq_s16(s0, w, vldrbq_gather_offset_z_s16(r + at, offsets, live));
        s1 = vmladavaq_s16(s1, w, vldrbq_gather_offset_z_s16(r1 + at, offsets, live));
        s2 = vmladavaq_s16(s2, w, vldrbq_gather_offset_z_s16(r2 + at, offsets, live));
        s3 = vmladavaq_s16(s3, w, vldrbq_gather_offset_z_s16(r3 + at, offsets, live));
    }
    return mcuai_mve_lanes(s0, s1, s2, s3);
}

/* Scores of fours of positions from `start` on; returns the greatest, if it exceeds that before. */
static int32_t score_fours(const mcuai_attention *a, uint32_t group, uint32_t start, uint32_t fours,
                           int32_t greatest) {
    const uint32_t line = key_line(a);
    const int8_t *keys = a->keys + (size_t)line * start;
    mcuai_mve_scoring scoring = {keys + group * a->first,
                                 line,
                                 a->scales + start,
                                 (int32_t *)a->scores + start,
                                 a->query,
                                 a->first,
                                 fours,
                                 greatest};
    const int32_t first =
        a->first == 8 ? mcuai_mve_score_eight(&scoring) : mcuai_mve_score_first(&scoring);
    if (!a->k2)
        return first;
    scoring = (mcuai_mve_scoring){keys + a->groups * a->first + group * a->second,
                                  line,
                                  a->scales2 + start,
                                  (int32_t *)a->scores + start,
                                  a->query + a->first,
                                  a->second,
                                  fours,
                                  greatest};
    return mcuai_mve_score_more(&scoring);
}

/* The same of one position. */
static int32_t score1(const mcuai_attention *a, uint32_t group, uint32_t t) {
    const int8_t *keys = a->keys + (size_t)t * key_line(a);
    uint32_t first = 0, second = 0;
    for (uint32_t i = 0; i < a->first; i++)
        first += (uint32_t)(a->query[i] * keys[group * a->first + i]);
    for (uint32_t i = 0; i < a->second; i++)
        second +=
            (uint32_t)(a->query[a->first + i] * keys[a->groups * a->first + group * a->second + i]);
    const int32_t share2 =
        a->k2 ? mcuai_high((int32_t)second, mcuai_shift_left(a->scales2[t], 16)) : 0;
    return (int32_t)((uint32_t)mcuai_high((int32_t)first, mcuai_shift_left(a->scales[t], 16)) +
                     (uint32_t)share2);
}

/* Scores over the first positions; returns the greatest. Those left over by fours are looked at
 * with some before them once more. */
static int32_t score(const mcuai_attention *a, uint32_t group, uint32_t positions) {
    int32_t greatest = INT32_MIN;
    if (positions >= 4) {
        greatest = score_fours(a, group, 0, positions / 4, greatest);
        return positions % 4 ? score_fours(a, group, positions - 4, 1, greatest) : greatest;
    }
    for (uint32_t t = 0; t < positions; t++) {
        const int32_t own = score1(a, group, t);
        a->scores[t] = (uint32_t)own;
        greatest = own > greatest ? own : greatest;
    }
    return greatest;
}

/* Weights in place of the scores; returns the sum of the probabilities. */
static uint32_t weigh(const mcuai_attention *a, uint32_t positions, int32_t greatest,
                      int32_t zeros) {
    const int32_t shift = mcuai_attention_shift(a, zeros);
    const mcuai_mve_weighing weighing = {(int32_t *)a->scores,
                                         a->value_scales,
                                         positions,
                                         greatest,
                                         shift < -31 ? -31 : shift,
                                         (int32_t)mcuai_attention_room(positions),
                                         a->factor.mantissa};
    return mcuai_mve_weigh(&weighing);
}

/* Sums of the weighted values of elements i..i+3. */
static inline int32x4_t mix4(const mcuai_attention *a, uint32_t group, uint32_t i,
                             uint32_t positions) {
    const int16_t *weights = (const int16_t *)a->scores;
    return a->v ? dot4(weights, a->values + (size_t)a->context * (group * a->width + i), a->context,
                       positions)
                : dot4_columns(weights, a->keys + i, key_line(a), positions);
}

/* One element's. */
static int32_t mix1(const mcuai_attention *a, uint32_t group, uint32_t i, uint32_t positions) {
    const int16_t *weights = (const int16_t *)a->scores;
    const uint32_t step = a->v ? 1 : key_line(a);
    const int8_t *values =
        a->v ? a->values + (size_t)a->context * (group * a->width + i) : a->keys + i;
    uint32_t sum = 0;
    for (uint32_t t = 0; t < positions; t++)
        sum += (uint32_t)(weights[t] * values[(size_t)step * t]);
    return (int32_t)sum;
}

static void mix(const mcuai_attention *a, uint32_t group, uint32_t positions, uint32_t total,
                int32_t *y) {
    const mcuai_attention_divisor by = mcuai_attention_divide(a, total);
    if (a->width < 4) {
        for (uint32_t i = 0; i < a->width; i++)
            y[i] = mcuai_attention_output(by, (uint32_t)mix1(a, group, i, positions));
        return;
    }
    for (uint32_t i = 0; i < a->width; i += 4) {
        const uint32_t start = i + 4 > a->width ? a->width - 4 : i;
        const int32x4_t sums = mix4(a, group, start, positions);
        const int32x4_t share = vrmulhq_s32(sums, vdupq_n_s32(by.reciprocal));
        vstrwq_s32(y + start, mcuai_mve_shift_round(share, by.shift));
    }
}

static void evaluate(const mcuai_node *node) {
    const mcuai_attention a = mcuai_attention_of(node);
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        const uint32_t positions = mcuai_attention_position(node, &a, row) + 1;
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        append_all(&a, row, positions - 1);
        for (uint32_t head = 0; head < a.heads; head++, y += a.width) {
            const uint32_t group = head / (a.heads / a.groups);
            const int32_t zeros = take_query(&a, (size_t)row * a.heads + head);
            const int32_t greatest = score(&a, group, positions);
            mix(&a, group, positions, weigh(&a, positions, greatest, zeros), y);
        }
    }
}

const mcuai_operator mcuai_operator_attention = {
    MCUAI_ATTENTION, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, mcuai_attention_check, evaluate, NULL};
