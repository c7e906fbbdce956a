/* Logarithm and square root. */
#include "stages.h"

static uint32_t leading_zeros(uint64_t x) {
    return x >> 32 ? (uint32_t)__builtin_clz((uint32_t)(x >> 32))
                   : 32 + (uint32_t)__builtin_clz((uint32_t)x);
}

/* 2^16 * log2(1 + i / 32), rounded. */
static const uint16_t logarithms[32] = {
    0,     2909,  5732,  8473,  11136, 13727, 16248, 18704, 21098, 23433, 25711,
    27936, 30109, 32234, 34312, 36346, 38336, 40286, 42196, 44068, 45904, 47705,
    49472, 51207, 52911, 54584, 56229, 57845, 59434, 60997, 62534, 64047,
};

int32_t mcuai_log2(uint64_t x) {
    const uint32_t zeros = leading_zeros(x);
    const uint32_t fraction = (uint32_t)(x << zeros >> 32) & INT32_MAX; /* Q31 of x / 2^n - 1 */
    const uint32_t i = fraction >> 26, rest = fraction >> 10 & 0xFFFF;
    const uint32_t low = logarithms[i], high = i < 31 ? logarithms[i + 1] : UINT32_C(1) << 16;
    return (int32_t)((63 - zeros) << 16) + (int32_t)(low + ((high - low) * rest >> 16));
}

uint32_t mcuai_square_root(uint64_t x) {
    if (x == 0)
        return 0;
    const uint32_t zeros = leading_zeros(x) & ~UINT32_C(1);
    uint32_t rest = (uint32_t)(x << zeros >> 32), root = 0;
    for (uint32_t bit = UINT32_C(1) << 30; bit; bit >>= 2) { /* digit by digit */
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return zeros <= 32 ? root << (16 - zeros / 2) : root >> (zeros / 2 - 16);
}
