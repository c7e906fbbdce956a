/* Multiplications and divisions that GCC leaves to libgcc, and that Debian's libgcc of the LX106
 * lacks. */
#include <stdint.h>

uint64_t __muldi3(uint64_t a, uint64_t b);
uint32_t __udivsi3(uint32_t dividend, uint32_t divisor);
uint32_t __umodsi3(uint32_t dividend, uint32_t divisor);
int32_t __divsi3(int32_t dividend, int32_t divisor);
int32_t __modsi3(int32_t dividend, int32_t divisor);
uint64_t __udivdi3(uint64_t dividend, uint64_t divisor);
int64_t __divdi3(int64_t dividend, int64_t divisor);

/* The low halves by 16 bits, of which each product has 32; of the others only what reaches the high
 * word. */
uint64_t __muldi3(uint64_t a, uint64_t b) {
    const uint32_t al = (uint32_t)a, bl = (uint32_t)b, a0 = al & 0xffff, a1 = al >> 16,
                   b0 = bl & 0xffff, b1 = bl >> 16;
    const uint32_t low = a0 * b0, middle = a1 * b0 + (low >> 16),
                   other = a0 * b1 + (middle & 0xffff);
    const uint32_t high = a1 * b1 + (middle >> 16) + (other >> 16);
    return (uint64_t)(high + (uint32_t)(a >> 32) * bl + al * (uint32_t)(b >> 32)) << 32 |
           (other << 16 | (low & 0xffff));
}

static uint64_t divide(uint64_t dividend, uint64_t divisor, int bits, uint64_t *remainder) {
    uint64_t quotient = 0, rest = 0;
    for (int bit = bits - 1; bit >= 0; bit--) {
        const int carry = (int)(rest >> 63);
        rest = rest << 1 | (dividend >> bit & 1);
        quotient <<= 1;
        if (carry || rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    *remainder = rest;
    return quotient;
}

uint32_t __udivsi3(uint32_t dividend, uint32_t divisor) {
    uint64_t rest;
    return (uint32_t)divide(dividend, divisor, 32, &rest);
}

uint32_t __umodsi3(uint32_t dividend, uint32_t divisor) {
    uint64_t rest;
    divide(dividend, divisor, 32, &rest);
    return (uint32_t)rest;
}

static uint32_t magnitude(int32_t number) {
    return number < 0 ? 0 - (uint32_t)number : (uint32_t)number;
}

int32_t __divsi3(int32_t dividend, int32_t divisor) {
    const uint32_t quotient = __udivsi3(magnitude(dividend), magnitude(divisor));
    return (int32_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}

int32_t __modsi3(int32_t dividend, int32_t divisor) {
    const uint32_t rest = __umodsi3(magnitude(dividend), magnitude(divisor));
    return (int32_t)(dividend < 0 ? 0 - rest : rest);
}

uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) {
    uint64_t rest;
    return divide(dividend, divisor, 64, &rest);
}

int64_t __divdi3(int64_t dividend, int64_t divisor) {
    const uint64_t a = dividend < 0 ? 0 - (uint64_t)dividend : (uint64_t)dividend;
    const uint64_t b = divisor < 0 ? 0 - (uint64_t)divisor : (uint64_t)divisor;
    const uint64_t quotient = __udivdi3(a, b);
    return (int64_t)((dividend < 0) != (divisor < 0) ? 0 - quotient : quotient);
}
