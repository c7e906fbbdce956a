#include "all.h"

MCUAI_COMMON_OPERATORS(MCUAI_EXTERN_OPERATOR)

const mcuai_operator *const mcuai_all_operators[] = {
    MCUAI_COMMON_OPERATORS(MCUAI_OPERATOR_ADDRESS) NULL};
