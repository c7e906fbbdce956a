#include "functions.h"

#include "arithmetic.h"

const int32_t mcuai_powers[32] = {
    2147483647, 2101467502, 2056437387, 2012372174, 1969251188, 1927054196, 1885761398, 1845353420,
    1805811301, 1767116489, 1729250827, 1692196547, 1655936265, 1620452965, 1585730000, 1551751076,
    1518500250, 1485961921, 1454120821, 1422962010, 1392470869, 1362633090, 1333434672, 1304861917,
    1276901417, 1249540052, 1222764986, 1196563654, 1170923762, 1145833280, 1121280436, 1097253708,
};

uint32_t mcuai_exp2(uint32_t z) {
    const uint32_t n = z >> 16;
    const int32_t rest = (INT32_C(1) << 28) - 2809 * (int32_t)(z & 2047);
    return n > 31 ? 0 : (uint32_t)mcuai_high(mcuai_powers[z >> 11 & 31], rest) >> n;
}

static uint32_t high_unsigned(uint32_t a, uint32_t b) {
    return (uint32_t)((uint64_t)a * b >> 32);
}

/* Newton's method on 1 / y^2 - d. */
int32_t mcuai_inverse_root(uint32_t d) {
    uint32_t y = 1146000000 - (uint32_t)((uint64_t)d * 1250 >> 13); /* Q29 */
    for (int i = 0; i < 3; i++) {
        const uint32_t w = high_unsigned(d, high_unsigned(y, y));
        y = (uint32_t)((uint64_t)y * (3 * (UINT32_C(1) << 26) - w) >> 27);
    }
    return y > INT32_MAX / 2 ? INT32_MAX : (int32_t)(2 * y);
}

/* One step of Horner's method in v, Q32 of the square of an eighth of a circle. */
static int32_t step(int32_t t, int32_t k, int32_t v) {
    return k + 4 * mcuai_high_round(t, v);
}

mcuai_rotation mcuai_turn(uint32_t phase) {
    const uint32_t quarters = (phase + (UINT32_C(1) << 29)) >> 30;
    const int32_t y = (int32_t)((phase - (quarters << 30)) * 4); /* Q31 of an eighth */
    const int32_t v = mcuai_high_round(y, y);
    const int32_t odd = step(step(step(-77045, 5346958, v), -173399355, v), 1686629690, v);
    const int32_t even = step(step(step(7583, -699954, v), 34046909, v), -662337936, v);
    const int32_t s = mcuai_high_round(y, odd);
    const int32_t c = (INT32_C(1) << 30) + 2 * mcuai_high_round(even, v);
    switch (quarters & 3) {
    case 0:
        return (mcuai_rotation){c, s};
    case 1:
        return (mcuai_rotation){-s, c};
    case 2:
        return (mcuai_rotation){-c, -s};
    default:
        return (mcuai_rotation){s, -c};
    }
}

uint32_t mcuai_log2_units(uint32_t magnitude) {
    const int32_t limited = (int32_t)(magnitude < 1u << 21 ? magnitude : 1u << 21);
    return 4 * (uint32_t)mcuai_high(limited, 1549082005);
}

int32_t mcuai_sigmoid(int32_t g) {
    const uint32_t p = mcuai_exp2(mcuai_log2_units(mcuai_magnitude(g))) >> 11; /* Q16 */
    const uint32_t sum = (UINT32_C(1) << 16) + p;
    return (int32_t)((g >= 0 ? UINT32_C(1) << 31 : p << 15) / sum);
}
