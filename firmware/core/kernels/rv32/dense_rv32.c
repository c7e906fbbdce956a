/* Dense layers of the RV32 family. */
#include "run.h"

void mcuai_dense_rv32(const mcuai_dense *args) {
    const mcuai_rv32_loops *loops = args->loops;
    mcuai_rv32_run run = {
        .weights = args->weights,
        .output = args->output,
        .low = args->activation_min,
        .high = args->activation_max,
    };
    loops->prepare(&run, args->input, args->depth, args->scratch);
    mcuai_rv32_run_rows(&run, loops, args->rows);
}

uint32_t mcuai_dense_rv32_scratch(const mcuai_dense *args) {
    return mcuai_rv32_widened_bytes((uint32_t)args->depth, (uint32_t)args->bits);
}
