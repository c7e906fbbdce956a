/* Choice of the inner kernels for a number of rows. */
#include "run.h"

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
