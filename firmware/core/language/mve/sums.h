/* Single rows of weights times a quantized vector, modulo 2^32. */
#ifndef MCUAI_MVE_SUMS_H
#define MCUAI_MVE_SUMS_H

#include "linear.h"
#include "vectors.h"

static inline int32_t mcuai_mve_sum_int8(const mcuai_mve_rows *p, const uint8_t *w,
                                         const int8_t *multipliers) {
    const int8_t *x = p->x;
    int32_t sum = 0;
    (void)multipliers;
    __asm__("wlstp.8 lr, %3, 2f\n"
            "1: vldrb.u8 q0, [%1], #16\n"
            "vldrb.u8 q1, [%2], #16\n"
            "vmladava.s8 %0, q0, q1\n"
            "letp lr, 1b\n"
            "2:"
            : "+Te"(sum), "+r"(x), "+r"(w)
            : "r"(p->pitch)
            : "lr", "q0", "q1", "memory");
    return sum;
}

/* Groups are whole vectors of weights, or there is but one. */
static inline int32_t mcuai_mve_sum_int4(const mcuai_mve_rows *p, const uint8_t *w,
                                         const int8_t *multipliers) {
    const int8_t *even = p->x, *odd = even + p->pitch;
    uint32_t sum = 0;
    for (uint32_t left = p->pitch, bytes; left; left -= bytes) {
        const uint32_t whole = p->whole_groups ? 16 * (p->later_chunks + 1) : left;
        uint32_t part = 0;
        bytes = left < whole ? left : whole;
        __asm__("wlstp.8 lr, %4, 2f\n"
                "1: vldrb.u8 q0, [%1], #16\n"
                "vldrb.u8 q1, [%2], #16\n"
                "vldrb.u8 q2, [%3], #16\n"
                "vshl.i8 q3, q2, #4\n"
                "vshr.s8 q3, q3, #4\n"
                "vmladava.s8 %0, q3, q0\n"
                "vshr.s8 q2, q2, #4\n"
                "vmladava.s8 %0, q2, q1\n"
                "letp lr, 1b\n"
                "2:"
                : "+Te"(part), "+r"(even), "+r"(odd), "+r"(w)
                : "r"(bytes)
                : "lr", "q0", "q1", "q2", "q3", "memory");
        sum += part * (uint32_t)*multipliers++;
    }
    return (int32_t)sum;
}

#endif
