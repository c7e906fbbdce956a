/* Choice of the inner kernels for a number of rows. */
#include "run.h"

void mcuai_rv32_run_chunks(mcuai_rv32_run *run, void (*const kernels[])(mcuai_rv32_run *run),
                           int32_t widest, int32_t rows) {
    run->chunks = rows >> widest;
    if (run->chunks > 0) {
        kernels[widest](run);
    }
    for (int32_t log = widest - 1; log > 0; log--) {
        if (rows >> log & 1) {
            run->chunks = 1;
            run->pairs = 1 << log >> 1;
            kernels[log](run);
        }
    }
}

void mcuai_rv32_run_rows(mcuai_rv32_run *run, const mcuai_rv32_loops *loops, int32_t rows) {
    mcuai_rv32_run_chunks(run, loops->rows, loops->widest, rows);
    if (rows & 1) {
        /* The last chunk has a second row, whose output is dropped. */
        int8_t *const output = run->output;
        int8_t both[2];
        run->chunks = 1;
        run->output = both;
        loops->rows[0](run);
        *output = both[0];
    }
}
