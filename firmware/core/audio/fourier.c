#include "stages.h"

/* The first pass also brings samples to a common exponent, for which it has to look at them all
 * beforehand anyway. It leaves room for the growth of a component that rotation causes. */
static mcuai_complex scaled(mcuai_complex a, uint32_t up, uint32_t down) {
    const mcuai_complex y = {mcuai_left(a.re, up) >> down, mcuai_left(a.im, up) >> down};
    return y;
}

static inline mcuai_complex sum(mcuai_complex a, mcuai_complex b) {
    const mcuai_complex y = {mcuai_plus(a.re, b.re), mcuai_plus(a.im, b.im)};
    return y;
}

static inline mcuai_complex difference(mcuai_complex a, mcuai_complex b) {
    const mcuai_complex y = {mcuai_minus(a.re, b.re), mcuai_minus(a.im, b.im)};
    return y;
}

/* Four numbers `quarter` apart, the last three already turned, all already divided by 4. */
static inline void combine(mcuai_complex *z, uint32_t quarter, mcuai_complex a, mcuai_complex b,
                           mcuai_complex c, mcuai_complex d) {
    const mcuai_complex p = sum(a, b), q = difference(a, b), u = sum(c, d), v = difference(c, d);
    const mcuai_complex minus_iv = {v.im, mcuai_minus(0, v.re)};
    z[0] = sum(p, u);
    z[quarter] = sum(q, minus_iv);
    z[2 * quarter] = difference(p, u);
    z[3 * quarter] = difference(q, minus_iv);
}

static void first_of_two(mcuai_complex *z, uint32_t half, uint32_t up) {
    for (const mcuai_complex *end = z + half; z < end; z += 2) {
        const mcuai_complex a = scaled(z[0], up, 2), b = scaled(z[1], up, 2);
        z[0] = sum(a, b);
        z[1] = difference(a, b);
    }
}

static void first_of_four(mcuai_complex *z, uint32_t half, uint32_t up) {
    for (const mcuai_complex *end = z + half; z < end; z += 4)
        combine(z, 1, scaled(z[0], up, 3), scaled(z[1], up, 3), scaled(z[2], up, 3),
                scaled(z[3], up, 3));
}

/* Of a pass, the first `count` columns: numbers `quarter` apart. In this order few numbers are needed
 * at a time: a CPU has 13 registers for them. Returns the first twiddle behind those of the columns. */
static const mcuai_twiddle *columns_of_four(mcuai_complex *z, const mcuai_complex *end,
                                            uint32_t quarter, uint32_t count,
                                            const mcuai_twiddle *w) {
    for (uint32_t k = 0; k < count; k++, w += 3)
        for (mcuai_complex *p = z + k; p < end;) {
            mcuai_complex *second = p + quarter, *third = second + quarter,
                          *fourth = third + quarter;
            const mcuai_complex c = mcuai_turn(*third, w[1]), d = mcuai_turn(*fourth, w[2]);
            const mcuai_complex u = sum(c, d), v = difference(c, d);
            const mcuai_complex b = mcuai_turn(*second, w[0]);
            const mcuai_complex a = {p->re >> 2, p->im >> 2};
            const mcuai_complex s = sum(a, b), t = difference(a, b);
            *p = sum(s, u);
            *third = difference(s, u);
            second->re = mcuai_plus(t.re, v.im);
            second->im = mcuai_minus(t.im, v.re);
            fourth->re = mcuai_minus(t.re, v.im);
            fourth->im = mcuai_plus(t.im, v.re);
            p = fourth + quarter;
        }
    return w;
}

/* The twiddle k, up to three quarters of the circle, from those of the first quarter. */
static mcuai_twiddle twiddle(const mcuai_twiddle *first, uint32_t right, uint32_t k) {
    const mcuai_twiddle w = first[k & (right - 1)]; /* right is a power of 2 */
    const mcuai_twiddle second = {mcuai_minus(0, w.sine), w.cosine};
    const mcuai_twiddle third = {mcuai_minus(0, w.cosine), mcuai_minus(0, w.sine)};
    return k < right ? w : k < 2 * right ? second : third;
}

/* The passes without twiddles of their own. */
static void compact_passes(mcuai_complex *z, uint32_t half, uint32_t quarter,
                           const mcuai_twiddle *first) {
    const uint32_t right = half / 2;
    for (; quarter < half; quarter *= 4)
        for (uint32_t k = 0; k < quarter; k++) {
            const uint32_t turn = k * (right / quarter);
            const mcuai_twiddle w[] = {twiddle(first, right, 2 * turn), first[turn],
                                       twiddle(first, right, 3 * turn)};
            columns_of_four(z + k, z + half, quarter, 1, w);
        }
}

const mcuai_twiddle *mcuai_fourier(mcuai_complex *z, uint32_t half, const mcuai_twiddle *w,
                                   bool compact, uint32_t up) {
    uint32_t quarter = half & UINT32_C(0x55555555) ? 4 : 2; /* a power of 4, or twice one */
    if (quarter == 4)
        first_of_four(z, half, up);
    else
        first_of_two(z, half, up);
    if (compact) {
        compact_passes(z, half, quarter, w);
        return w;
    }
    for (; quarter < half; quarter *= 4)
        w = columns_of_four(z, z + half, quarter, quarter, w);
    return w;
}
