/* General categories of Unicode 16.0, as far as tokenizers tell them apart. */
#ifndef MCUAI_CATEGORIES_H
#define MCUAI_CATEGORIES_H

#include <stdint.h>

typedef enum {
    MCUAI_CATEGORY_OTHER = 0,
    MCUAI_CATEGORY_CASED = 1,   /* Lu, Ll, Lt */
    MCUAI_CATEGORY_UNCASED = 2, /* Lm, Lo */
    MCUAI_CATEGORY_MARK = 3,
    MCUAI_CATEGORY_NUMBER = 4,
    MCUAI_CATEGORY_PUNCTUATION = 5,
    MCUAI_CATEGORY_SYMBOL = 6,
    MCUAI_CATEGORY_SEPARATOR = 7,
} mcuai_category;

mcuai_category mcuai_category_of(uint32_t character);

#endif
