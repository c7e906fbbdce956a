#include "report.h"

#include "port.h"

static void put(const char *text) {
    size_t bytes = 0;
    while (text[bytes])
        bytes++;
    mcuai_port_write(text, bytes);
}

void report_word(const char *word) {
    put(word);
    put(" ");
}

/* Schoolbook division by ten, bit by bit: spares the image a 64-bit division of 700 bytes. */
static uint64_t divide_by_ten(uint64_t dividend, char *digit) {
    uint64_t quotient = 0;
    uint32_t rest = 0;
    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (uint32_t)(dividend >> bit & 1);
        if (rest >= 10) {
            rest -= 10;
            quotient |= UINT64_C(1) << bit;
        }
    }
    *digit = (char)('0' + rest);
    return quotient;
}

void report_number(int64_t number) {
    char digits[22];
    char *p = digits + sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    *--p = 0;
    do {
        rest = divide_by_ten(rest, --p);
    } while (rest);
    if (number < 0)
        *--p = '-';
    report_word(p);
}

void report_hex(const uint8_t *bytes, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const char pair[2] = {"0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15]};
        mcuai_port_write(pair, sizeof pair);
    }
}

void report_end(void) {
    put("\r\n");
}

void report_figure(const char *name, uint64_t figure) {
    report_word("mcuai");
    report_word(name);
    report_number((int64_t)figure);
    report_end();
}

void report_pair(const char *name, uint32_t index, int64_t figure) {
    report_word("mcuai");
    report_word(name);
    report_number(index);
    report_number(figure);
    report_end();
}

void report_done(mcuai_status status, const char *text) {
    report_word("mcuai status");
    report_number(status);
    report_word(text ? text : mcuai_status_text(status));
    report_end();
    report_word("mcuai done");
    report_end();
}
