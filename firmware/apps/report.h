/* Lines for the host: `mcuai WORD ...`, each on the console by itself. */
#ifndef MCUAI_RUNNER_REPORT_H
#define MCUAI_RUNNER_REPORT_H

#include <stdint.h>

void report_word(const char *word);
void report_number(int64_t number);
void report_hex(const uint8_t *bytes, uint32_t count);
void report_end(void);

#endif
