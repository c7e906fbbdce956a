#include "../all.h"

#define OPERATORS(USE)                                                                             \
    MCUAI_WEIGHTED_OPERATORS(rv32, USE)                                                            \
    MCUAI_COMMON_OPERATORS(USE)                                                                    \
    MCUAI_FOREIGN_OPERATORS(dsp, USE)                                                              \
    MCUAI_FOREIGN_MULTIPLYING_OPERATORS(dsp, USE)                                                  \
    MCUAI_FOREIGN_OPERATORS(mve, USE)

OPERATORS(MCUAI_EXTERN_OPERATOR)

const mcuai_operator *const mcuai_all_operators[] = {OPERATORS(MCUAI_OPERATOR_ADDRESS) NULL};
