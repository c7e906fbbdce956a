#include "attention.h"

const mcuai_operator mcuai_operator_attention = {MCUAI_ATTENTION,          MCUAI_ANY_LAYOUT,
                                                 MCUAI_ANY_WEIGHTS,        mcuai_attention_check,
                                                 mcuai_attention_evaluate, NULL};
