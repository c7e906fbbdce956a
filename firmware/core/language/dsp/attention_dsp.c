/* attention for Armv7E-M. The caches' order is that of its loops: for each key head, eights (and a
 * last four) of a key's numbers, each for all positions; fours of a value's numbers, each for all
 * pairs of positions: {v0(t) v1(t) v0(t+1) v1(t+1)} {v2(t) v3(t) v2(t+1) v3(t+1)}. Shapes that are
 * no whole fours go the portable way. */
#include "attention.h"

#include "../../kernels/dsp/intrinsics.h"
#include "../attention.h"
#include "../cache.h"
#include "../functions.h"
#include "../rows.h"
#include "linear.h"

#define BLOCK 16 /* positions, of sums of the keys' second part */

/* A head's query, and where its scores, then its weights, lie: every second pair of words. */
typedef struct {
    int32_t zeros;
    int32_t *scores;
    uint32_t total;
} head;

static bool is_fast(const mcuai_attention *a) {
    return (a->first | a->second | a->width | a->context) % 4 == 0;
}

/* How numbers become levels; plainly where the scale is exact and nothing saturates: levels are
 * within 127 by themselves then. */
typedef struct {
    mcuai_cache_scale scale;
    bool plainly;
} packing;

static packing packing_of(uint32_t greatest, int32_t fraction) {
    const mcuai_cache_scale scale = mcuai_cache_scale_of(greatest, fraction);
    return (packing){scale,
                     scale.step < INT16_MAX && greatest <= (uint32_t)INT32_MAX >> scale.left};
}

/* Four numbers in a word. */
static uint32_t pack4_limited(const int32_t *x, mcuai_cache_scale scale) {
    uint32_t word = 0;
    for (int i = 0; i < 4; i++)
        word |= (uint32_t)(mcuai_cache_level(x[i], scale) & 0xFF) << 8 * i;
    return word;
}

static inline uint32_t level6(int32_t x, mcuai_cache_scale scale) {
    return (uint32_t)mcuai_smmlar((int32_t)((uint32_t)x << scale.left), scale.reciprocal, 32);
}

static inline uint32_t pack4(const int32_t *x, packing p) {
    if (!p.plainly)
        return pack4_limited(x, p.scale);
    /* Levels are bits 6..13. */
    const uint32_t even = mcuai_pkhbt(level6(x[0], p.scale), level6(x[2], p.scale));
    const uint32_t odd = mcuai_pkhbt(level6(x[1], p.scale), level6(x[3], p.scale));
    return (even >> 6 & 0x00FF00FF) | (odd << 2 & 0xFF00FF00);
}

/* A part of a position's keys: x[groups * width] to planes that begin `skip` planes of a byte into
 * each head's. */
static void append_keys(const mcuai_attention *a, const int32_t *x, uint32_t width, uint32_t skip,
                        uint32_t position, int16_t *scale) {
    const uint32_t count = a->groups * width;
    const uint32_t greatest = mcuai_dsp_greatest(x, count);
    const packing own = packing_of(greatest, a->key_fraction);
    *scale = (int16_t)own.scale.step;
    for (uint32_t group = 0; group < a->groups; group++, x += width) {
        int8_t *planes = a->keys + (size_t)a->context * (group * (a->first + a->second) + skip);
        for (uint32_t i = 0; i < width; i += 4) {
            const uint32_t each = i + 4 < width || i % 8 ? 8 : 4, first = i & ~7u;
            int8_t *plane = planes + (size_t)a->context * first + (size_t)each * position;
            *(uint32_t *)(void *)(plane + (i - first)) = pack4(x + i, own);
        }
    }
}

static void append_values(const mcuai_attention *a, const int32_t *x, uint32_t position) {
    const uint32_t count = a->groups * a->width;
    const uint32_t greatest = mcuai_dsp_greatest(x, count);
    const packing own = packing_of(greatest, a->value_fraction);
    a->value_scales[position] = (int16_t)own.scale.step;
    for (uint32_t i = 0; i < count; i += 4) {
        const uint32_t word = pack4(x + i, own);
        uint16_t *cell = (void *)(a->values + (size_t)a->context * i + position / 2 * 8);
        cell[position % 2] = (uint16_t)word;
        cell[position % 2 + 2] = (uint16_t)(word >> 16);
    }
}

static void append(const mcuai_attention *a, uint32_t row, uint32_t position) {
    append_keys(a, a->k + (size_t)row * a->groups * a->first, a->first, 0, position,
                &a->scales[position]);
    if (a->k2)
        append_keys(a, a->k2 + (size_t)row * a->groups * a->second, a->second, a->first, position,
                    &a->scales2[position]);
    if (a->v)
        append_values(a, a->v + (size_t)row * a->groups * a->width, position);
}

/* A query of 15 bits in pairs (0, 2) and (1, 3): of each eight, and of a last four, first one
 * head's and then the other's. */
static inline void narrow4(const int32_t *q, uint32_t left, uint32_t *words) {
    words[0] = mcuai_pack_upper((uint32_t)q[0] << left, (uint32_t)q[2] << left);
    words[1] = mcuai_pack_upper((uint32_t)q[1] << left, (uint32_t)q[3] << left);
}

static void narrow(const int32_t *q, uint32_t width, uint32_t left, uint32_t slot,
                   uint32_t *words) {
    for (words += 4 * slot; width >= 8; width -= 8, q += 8, words += 8) {
        narrow4(q, left, words);
        narrow4(q + 4, left, words + 2);
    }
    if (width)
        narrow4(q, left, words - 2 * slot);
}

static void take_query(const mcuai_attention *a, size_t number, uint32_t slot, uint32_t *words,
                       head *h) {
    const int32_t *q = a->q + number * a->first;
    const int32_t *q2 = a->q2 ? a->q2 + number * a->second : NULL;
    if (a->first == 8 && !q2) {
        h->zeros = mcuai_dsp_query8(q, words + 4 * slot);
        return;
    }
    const uint32_t greatest = mcuai_dsp_greatest(q, a->first);
    const uint32_t greatest2 = q2 ? mcuai_dsp_greatest(q2, a->second) : 0;
    h->zeros = mcuai_zeros(greatest > greatest2 ? greatest : greatest2);
    narrow(q, a->first, (uint32_t)h->zeros - 1, slot, words);
    if (q2)
        narrow(q2, a->second, (uint32_t)h->zeros - 1, slot, words + 2 * (a->first / 2));
}

/* Sums over `width` numbers of each key, of positions from `start` on. */
static void sum_up(const mcuai_attention *a, const int8_t *planes, uint32_t width, uint32_t start,
                   const uint32_t *query, int32_t *sums, uint32_t count) {
    if (width == 8) {
        mcuai_dsp_scores_first8(planes + (size_t)8 * start, query, sums, count);
        return;
    }
    mcuai_dsp_scores eight = mcuai_dsp_scores_first8, four = mcuai_dsp_scores_first4;
    for (; width >= 8; width -= 8, query += 8, planes += (size_t)8 * a->context) {
        eight(planes + (size_t)8 * start, query, sums, count);
        eight = mcuai_dsp_scores_more8;
        four = mcuai_dsp_scores_more4;
    }
    if (width)
        four(planes + (size_t)4 * start, query, sums, count);
}

/* Sums of positions up to the next four, which are to be as that before them. */
static void fill_up(int32_t *sums, int16_t *scales, uint32_t positions) {
    for (uint32_t t = positions; t % 4; t++) {
        sums[2 * t] = sums[2 * t - 2];
        sums[2 * t + 1] = sums[2 * t - 1];
        scales[t] = scales[t - 1]; /* nothing is there yet */
    }
}

static void score(const mcuai_attention *a, uint32_t group, uint32_t positions,
                  const uint32_t *query, int32_t *scores, int32_t greatest[2]) {
    const int8_t *planes = a->keys + (size_t)a->context * group * (a->first + a->second);
    const uint32_t count = (positions + 3) & ~3u;
    int32_t ignored[2] = {INT32_MAX, INT32_MAX};
    greatest[0] = greatest[1] = INT32_MIN;
    sum_up(a, planes, a->first, 0, query, scores, count);
    fill_up(scores, a->scales, positions);
    mcuai_dsp_scale_first(scores, scores, a->scales, count, a->k2 ? ignored : greatest);
    for (uint32_t start = 0, n; a->k2 && start < count; start += n) {
        int32_t sums[2 * BLOCK];
        n = count - start < BLOCK ? count - start : BLOCK;
        sum_up(a, planes + (size_t)a->context * a->first, a->second, start,
               query + 2 * (a->first / 2), sums, n);
        if (start + n > positions)
            fill_up(sums, a->scales2 + start, positions - start);
        mcuai_dsp_scale_more(sums, scores + (size_t)2 * start, a->scales2 + start, n, greatest);
    }
}

/* What all heads of a row have in common. */
typedef struct {
    uint32_t positions, count; /* and up to the next four */
    uint32_t room;
    uint32_t far; /* shifted distance from which on probabilities are 0; 0 if none is known */
} reach;

/* From exponents of 27 on, 2^27 times what they stand for is 0; they are
 * (distance * factor >> 32) + room, Q16. A little more than needed: of the factor, 2^30 at least,
 * only the upper bits count. */
static reach reach_of(const mcuai_attention *a, uint32_t positions) {
    const uint32_t room = mcuai_attention_room(positions), factor = (uint32_t)a->factor.mantissa;
    return (reach){positions, (positions + 3) & ~3u, room,
                   factor ? (((27u << 16) - room) << 11) / (factor >> 21) + 1 : 0};
}

/* Whether mcuai_dsp_weigh_* can do this, and the least score whose probability is not 0 for sure.
 */
static bool least_score(reach r, int32_t greatest, int32_t shift, int32_t *least) {
    if (r.far == 0 || shift < -8 || shift > 22)
        return false;
    const uint32_t distance = shift < 0 ? r.far << -shift : (r.far >> shift) + 1;
    const int64_t score = (int64_t)greatest - distance + 1;
    *least = score < INT32_MIN ? INT32_MIN : (int32_t)score;
    return true;
}

/* The loops of mcuai_dsp_weigh_*, whatever the distances are. */
static uint32_t weigh_far(const mcuai_attention *a, int32_t *scores, uint32_t count,
                          const mcuai_dsp_weighing *w, int32_t shift) {
    uint32_t total = 0;
    for (uint32_t t = 0; t < count; t++) {
        const int32_t own = scores[t / 2 * 4 + t % 2];
        const uint32_t d = mcuai_attention_distance((uint32_t)w->greatest - (uint32_t)own, shift);
        const uint32_t z = (uint32_t)mcuai_high((int32_t)d, w->factor) + w->room;
        const int32_t p = d > MCUAI_FAR ? 0 : (int32_t)mcuai_exp2(z);
        const int32_t weight = mcuai_high_round(p, mcuai_shift_left(a->value_scales[t], 9));
        const uint32_t even = (uint32_t)scores[t / 2 * 4];
        if (t % 2)
            scores[t / 2 * 4] = (int32_t)((even & 0xFFFF) | (uint32_t)weight << 16);
        else
            scores[t / 2 * 4] = weight & 0xFFFF;
        total += (uint32_t)p;
    }
    return total;
}

static void weigh(const mcuai_attention *a, head *h, reach r, int32_t greatest) {
    const int32_t shift = mcuai_attention_shift(a, h->zeros);
    mcuai_dsp_weighing w = {.greatest = greatest,
                            .shift = (uint32_t)(shift < 0 ? -shift : shift),
                            .factor = a->factor.mantissa,
                            .room = r.room,
                            .end = h->scores + (size_t)2 * r.count};
    for (uint32_t t = r.positions; t < r.count; t++)
        h->scores[t / 2 * 4 + t % 2] = greatest;
    if (!least_score(r, greatest, shift, &w.least))
        h->total = weigh_far(a, h->scores, r.count, &w, shift);
    else if (shift < 0)
        h->total = mcuai_dsp_weigh_lsr(h->scores, a->value_scales, &w);
    else
        h->total = mcuai_dsp_weigh_lsl(h->scores, a->value_scales, &w);
    if (r.count > r.positions)
        h->total -= (r.count - r.positions) * mcuai_exp2(r.room);
    for (uint32_t t = r.positions; t < r.count; t++)
        ((int16_t *)(void *)h->scores)[t / 2 * 8 + t % 2] = 0;
}

/* Outputs i..i+3 of both heads. */
static void mix4(const mcuai_attention *a, uint32_t group, uint32_t i, const int32_t *weights,
                 uint32_t count, const mcuai_dsp_mixing *mixing) {
    if (a->v) {
        mcuai_dsp_mix_pairs(a->values + (size_t)a->context * (group * a->width + i), weights, count,
                            mixing);
    } else {
        const int8_t *planes = a->keys + (size_t)a->context * (i & ~7u) + i % 8;
        const mcuai_dsp_mix mix =
            i + 4 < a->first || i % 8 ? mcuai_dsp_mix_keys8 : mcuai_dsp_mix_keys4;
        mix(planes, weights, count, mixing);
    }
}

/* What mcuai_dsp_mix_* leaves undone. */
static void finish(mcuai_attention_divisor divisor, int32_t *y) {
    for (int k = 0; k < 4; k++)
        y[k] = mcuai_attention_output(divisor, (uint32_t)y[k]);
}

static void mix(const mcuai_attention *a, uint32_t group, uint32_t positions, const head heads[2],
                uint32_t used, int32_t *y) {
    mcuai_attention_divisor divisors[2];
    int32_t unused[4];
    mcuai_dsp_mixing mixing = {{y, y + a->width}, {0, 0}, {0, 0}};
    for (uint32_t n = 0; n < 2; n++) {
        divisors[n] = mcuai_attention_divide(a, heads[n].total);
        mixing.reciprocal[n] = divisors[n].reciprocal;
        mixing.right[n] = -divisors[n].shift;
    }
    for (uint32_t i = 0; i < a->width; i += 4, mixing.y[0] += 4, mixing.y[1] += 4) {
        if (used < 2)
            mixing.y[1] = unused;
        mix4(a, group, i, heads[0].scores, (positions + 3) & ~3u, &mixing);
        if (divisors[0].shift >= 0 || divisors[1].shift >= 0) {
            finish(divisors[0], mixing.y[0]);
            finish(divisors[1], mixing.y[1]);
        }
    }
}

/* The heads of a row, two by two; a last one without another counts twice. */
static void attend(const mcuai_attention *a, uint32_t row, uint32_t positions, int32_t *y) {
    const uint32_t each = a->heads / a->groups;
    uint32_t *query = a->scores + 2 * (size_t)a->context;
    const reach r = reach_of(a, positions);
    for (uint32_t group = 0; group < a->groups; group++) {
        for (uint32_t i = 0; i < each; i += 2) {
            const uint32_t number = group * each + i, used = each - i < 2 ? 1 : 2;
            int32_t *scores = (int32_t *)a->scores, greatest[2];
            head heads[2];
            for (uint32_t n = 0; n < 2; n++)
                take_query(a, (size_t)row * a->heads + number + n % used, n, query, &heads[n]);
            score(a, group, positions, query, scores, greatest);
            for (uint32_t n = 0; n < 2; n++) {
                heads[n].scores = scores + 2 * n;
                weigh(a, &heads[n], r, greatest[n]);
            }
            mix(a, group, positions, heads, used, y + (size_t)number * a->width);
        }
    }
}

static void evaluate(const mcuai_node *node) {
    const mcuai_attention a = mcuai_attention_of(node);
    if (!is_fast(&a)) {
        mcuai_attention_evaluate(node);
        return;
    }
    for (uint32_t row = 0; row < mcuai_active_rows(node); row++) {
        const uint32_t position = mcuai_attention_position(node, &a, row);
        append(&a, row, position);
        attend(&a, row, position + 1, mcuai_row_at(mcuai_node_output(node, 0), row));
    }
}

const mcuai_operator mcuai_operator_attention = {
    MCUAI_ATTENTION, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS, mcuai_attention_check, evaluate, NULL};
