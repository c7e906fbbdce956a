#include "stages.h"

/* Shift to the left that brings the greatest component to [2^29, 2^30). */
static uint32_t headroom(const mcuai_complex *z, uint32_t half) {
    uint32_t bits = 1;
    for (const mcuai_complex *end = z + half; z < end; z++)
        bits |= mcuai_magnitude(z->re) | mcuai_magnitude(z->im);
    return (uint32_t)__builtin_clz(bits) - 2;
}

static int32_t power(int32_t re, int32_t im) {
    const uint64_t sum = (uint64_t)((int64_t)re * re) + (uint64_t)((int64_t)im * im);
    return (int32_t)(uint32_t)((sum + (UINT64_C(1) << 28)) >> 29);
}

uint32_t mcuai_power(mcuai_complex *z, uint32_t half, const mcuai_twiddle *quarter) {
    const uint32_t s = headroom(z, half);
    z[half] = z[0]; /* the transform has a period of `half` */
    for (mcuai_complex *p = z, *q = z + half; p <= q; p++, q--, quarter++) {
        const mcuai_complex a = *p, b = *q;
        /* Transforms of the even and of the odd samples, times 2. */
        const int32_t even_re = mcuai_left(mcuai_plus(a.re, b.re), s) >> 2;
        const int32_t even_im = mcuai_left(mcuai_minus(a.im, b.im), s) >> 2;
        const mcuai_complex odd = {mcuai_left(mcuai_plus(a.im, b.im), s),
                                   mcuai_left(mcuai_minus(b.re, a.re), s)};
        const mcuai_complex turned = mcuai_turn(odd, *quarter);
        q->re = power(mcuai_minus(even_re, turned.re), mcuai_minus(even_im, turned.im));
        p->re = power(mcuai_plus(even_re, turned.re), mcuai_plus(even_im, turned.im));
    }
    return s;
}
