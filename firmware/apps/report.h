/* Lines for the host: `mcuai WORD ...`, each on the console by itself. */
#ifndef MCUAI_APPS_REPORT_H
#define MCUAI_APPS_REPORT_H

#include <mcuai/mcuai.h>

#include <stdint.h>

void report_word(const char *word);
void report_number(int64_t number);
void report_hex(const uint8_t *bytes, uint32_t count);
void report_end(void);

/* `mcuai NAME FIGURE` */
void report_figure(const char *name, uint64_t figure);

/* `mcuai NAME INDEX FIGURE` */
void report_pair(const char *name, uint32_t index, int64_t figure);

/* The last lines: `mcuai status NUMBER TEXT` and `mcuai done`. The text is the status' own where it
 * is null. */
void report_done(mcuai_status status, const char *text);

#endif
