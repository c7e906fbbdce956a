/* Rows of weights times a quantized vector, see linear.h. Sums are modulo 2^32. VMLADAVA multiplies
 * 16 bytes, or 8 halfwords, and adds up the products in a register with an even number. */
#ifndef MCUAI_MVE_SUMS_H
#define MCUAI_MVE_SUMS_H

#include "linear.h"
#include "vectors.h"

typedef struct {
    const int8_t *x;
    uint32_t pitch, group, groups;
} mcuai_mve_product;

/* Of two rows of INT4, in as many bytes. */
typedef struct {
    int32_t first, second;
} mcuai_mve_pair;

/* Of four rows of INT8. */
static inline int32x4_t mcuai_mve_sum4_int8(const mcuai_mve_product *p, const uint8_t *w0) {
    const uint8_t *w1 = w0 + p->pitch, *w2 = w1 + p->pitch, *w3 = w2 + p->pitch;
    const int8_t *x = p->x;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    __asm__("wlstp.8 lr, %9, 2f\n"
            "1: vldrb.u8 q0, [%4], #16\n"
            "vldrb.u8 q1, [%5], #16\n"
            "vmladava.s8 %0, q0, q1\n"
            "vldrb.u8 q2, [%6], #16\n"
            "vmladava.s8 %1, q0, q2\n"
            "vldrb.u8 q1, [%7], #16\n"
            "vmladava.s8 %2, q0, q1\n"
            "vldrb.u8 q2, [%8], #16\n"
            "vmladava.s8 %3, q0, q2\n"
            "letp lr, 1b\n"
            "2:"
            : "+Te"(s0), "+Te"(s1), "+Te"(s2), "+Te"(s3), "+r"(x), "+r"(w0), "+r"(w1), "+r"(w2),
              "+r"(w3)
            : "r"(p->pitch)
            : "lr", "q0", "q1", "q2", "memory");
    return mcuai_mve_lanes(s0, s1, s2, s3);
}

static inline int32_t mcuai_mve_sum_int8(const mcuai_mve_product *p, const uint8_t *w) {
    const int8_t *x = p->x;
    int32_t sum = 0;
    __asm__("wlstp.8 lr, %3, 2f\n"
            "1: vldrb.u8 q0, [%1], #16\n"
            "vldrb.u8 q1, [%2], #16\n"
            "vmladava.s8 %0, q0, q1\n"
            "letp lr, 1b\n"
            "2:"
            : "+Te"(sum), "+r"(x), "+r"(w)
            : "r"(p->pitch)
            : "lr", "q0", "q1", "q2", "memory");
    return sum;
}

/* Of a group of two rows of INT4, in so many bytes. */
#define MCUAI_MVE_INT4(WEIGHTS, SUM)                                                               \
    "vldrb.u8 q2, [%" WEIGHTS "], #16\n"                                                           \
    "vshl.i8 q3, q2, #4\n"                                                                         \
    "vshr.s8 q3, q3, #4\n"                                                                         \
    "vmladava.s8 %" SUM ", q3, q0\n"                                                               \
    "vshr.s8 q2, q2, #4\n"                                                                         \
    "vmladava.s8 %" SUM ", q2, q1\n"

/* Of two rows of INT4, whose multipliers are null if they have none. */
static inline mcuai_mve_pair mcuai_mve_sum2_int4(const mcuai_mve_product *p, const uint8_t *w0,
                                                 const uint8_t *w1, const int8_t *m0,
                                                 const int8_t *m1) {
    const int8_t *even = p->x, *odd = even + p->pitch;
    uint32_t sum0 = 0, sum1 = 0, whole = p->group ? p->group / 2 : p->pitch;
    for (uint32_t left = p->pitch, bytes; left; left -= bytes) {
        uint32_t s0 = 0, s1 = 0;
        bytes = left < whole ? left : whole;
        __asm__("wlstp.8 lr, %6, 2f\n"
                "1: vldrb.u8 q0, [%2], #16\n"
                "vldrb.u8 q1, [%3], #16\n" MCUAI_MVE_INT4("4", "0")
                    MCUAI_MVE_INT4("5", "1") "letp lr, 1b\n"
                                             "2:"
                : "+Te"(s0), "+Te"(s1), "+r"(even), "+r"(odd), "+r"(w0), "+r"(w1)
                : "r"(bytes)
                : "lr", "q0", "q1", "q2", "q3", "memory");
        sum0 += p->group ? s0 * (uint32_t)*m0++ : s0;
        sum1 += p->group ? s1 * (uint32_t)*m1++ : s1;
    }
    return (mcuai_mve_pair){(int32_t)sum0, (int32_t)sum1};
}

#endif
