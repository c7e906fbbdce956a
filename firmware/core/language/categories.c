#include "categories.h"

/* 8 * the first character of each run of one category, plus the category, in ascending order. A
 * test makes the file from .NET's tables and compares it. */
static const uint32_t runs[] = {
#include "category_runs.h"
};

mcuai_category mcuai_category_of(uint32_t character) {
    uint32_t low = 0, high = sizeof runs / sizeof runs[0];
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (runs[middle] >> 3 > character)
            high = middle;
        else
            low = middle;
    }
    return (mcuai_category)(runs[low] & 7);
}
