/* Dense layers of the RV32 family. */
#include "run.h"

void mcuai_dense_rv32(const mcuai_dense *args) {
    int32_t *widened = args->scratch;
    mcuai_rv32_run run = {
        .weights = args->weights,
        .output = args->output,
        .x = widened,
        .x_end = mcuai_rv32_widen(args->input, args->depth, args->bits, widened),
        .low = args->activation_min,
        .high = args->activation_max,
    };
    mcuai_rv32_run_rows(&run, args->rows, args->bits);
}

uint32_t mcuai_dense_rv32_scratch(const mcuai_dense *args) {
    return mcuai_rv32_widened_bytes((uint32_t)args->depth, (uint32_t)args->bits);
}
