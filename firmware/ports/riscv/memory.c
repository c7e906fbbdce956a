/* memcpy, memmove and memset by words where alignment allows. picolibc's, built for size, go byte
 * by byte: six instructions for each. */
#include <stddef.h>
#include <stdint.h>

typedef uint32_t __attribute__((may_alias)) word;

void *memcpy(void *restrict destination, const void *restrict source, size_t bytes);
void *memmove(void *destination, const void *source, size_t bytes);
void *memset(void *destination, int value, size_t bytes);

/* Keeps the compiler from seeing that a loop is memcpy, which it would then call. */
#define NOT_A_LIBRARY_CALL() __asm__ volatile("" ::: "memory")

static int same_alignment(const void *a, const void *b) {
    return (((uintptr_t)a ^ (uintptr_t)b) & 3) == 0;
}

static void copy_bytes_up(uint8_t *to, const uint8_t *from, size_t bytes) {
    for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
        const uint8_t a = from[0], b = from[1], c = from[2], d = from[3];
        to[0] = a, to[1] = b, to[2] = c, to[3] = d;
        NOT_A_LIBRARY_CALL();
    }
    for (; bytes; bytes--) {
        *to++ = *from++;
        NOT_A_LIBRARY_CALL();
    }
}

/* Ascending: right for overlap too when the destination is lower, as each group is read before it
 * is written. */
static void copy_up(uint8_t *to, const uint8_t *from, size_t bytes) {
    if (bytes >= 8 && same_alignment(to, from)) {
        const size_t head = -(uintptr_t)to & 3;
        copy_bytes_up(to, from, head);
        to += head, from += head, bytes -= head;
        for (; bytes >= 16; bytes -= 16, to += 16, from += 16) {
            const word *f = (const word *)(const void *)from;
            word *t = (word *)(void *)to;
            const uint32_t a = f[0], b = f[1], c = f[2], d = f[3];
            t[0] = a, t[1] = b, t[2] = c, t[3] = d;
            NOT_A_LIBRARY_CALL();
        }
        for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
            *(word *)(void *)to = *(const word *)(const void *)from;
            NOT_A_LIBRARY_CALL();
        }
    }
    copy_bytes_up(to, from, bytes);
}

static void copy_down(uint8_t *to, const uint8_t *from, size_t bytes) {
    const int words = same_alignment(to, from);
    to += bytes, from += bytes;
    for (; bytes && !(words && ((uintptr_t)to & 3) == 0 && bytes >= 4); bytes--) {
        *--to = *--from;
        NOT_A_LIBRARY_CALL();
    }
    for (; bytes >= 4; bytes -= 4) {
        to -= 4, from -= 4;
        *(word *)(void *)to = *(const word *)(const void *)from;
        NOT_A_LIBRARY_CALL();
    }
    for (; bytes; bytes--) {
        *--to = *--from;
        NOT_A_LIBRARY_CALL();
    }
}

void *memcpy(void *restrict destination, const void *restrict source, size_t bytes) {
    copy_up(destination, source, bytes);
    return destination;
}

void *memmove(void *destination, const void *source, size_t bytes) {
    if ((uintptr_t)destination <= (uintptr_t)source)
        copy_up(destination, source, bytes);
    else
        copy_down(destination, source, bytes);
    return destination;
}

void *memset(void *destination, int value, size_t bytes) {
    uint8_t *to = destination;
    const uint32_t pattern = (uint8_t)value * UINT32_C(0x01010101);
    for (; bytes && (((uintptr_t)to & 3) || bytes < 4); bytes--) {
        *to++ = (uint8_t)value;
        NOT_A_LIBRARY_CALL();
    }
    for (; bytes >= 16; bytes -= 16, to += 16) {
        word *t = (word *)(void *)to;
        t[0] = pattern, t[1] = pattern, t[2] = pattern, t[3] = pattern;
        NOT_A_LIBRARY_CALL();
    }
    for (; bytes >= 4; bytes -= 4, to += 4) {
        *(word *)(void *)to = pattern;
        NOT_A_LIBRARY_CALL();
    }
    for (; bytes; bytes--) {
        *to++ = (uint8_t)value;
        NOT_A_LIBRARY_CALL();
    }
    return destination;
}
