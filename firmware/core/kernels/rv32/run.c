/* Choice of the inner kernels for a number of rows. */
#include "run.h"

typedef void (*row_kernel)(mcuai_rv32_run *run);

/* Kernels for 1 << index rows; the greatest is used for as many chunks as there are. */
static const row_kernel int8_kernels[] = {
    mcuai_rv32_int8_2_rows, mcuai_rv32_int8_2_rows,  mcuai_rv32_int8_4_rows,
    mcuai_rv32_int8_8_rows, mcuai_rv32_int8_16_rows,
};
static const row_kernel int4_kernels[] = {
    mcuai_rv32_int4_2_rows,
    mcuai_rv32_int4_2_rows,
    mcuai_rv32_int4_4_rows,
    mcuai_rv32_int4_8_rows,
};
static const row_kernel int2_kernels[] = {
    mcuai_rv32_int2_2_rows,
    mcuai_rv32_int2_2_rows,
    mcuai_rv32_int2_4_rows,
    mcuai_rv32_int2_8_rows,
};

static const row_kernel pixels_kernels[] = {
    mcuai_rv32_pixels_2_rows, mcuai_rv32_pixels_2_rows,  mcuai_rv32_pixels_4_rows,
    mcuai_rv32_pixels_8_rows, mcuai_rv32_pixels_16_rows,
};

/* All rows but the last of an odd number. `widest` is the index of the widest kernel. */
static void run_chunks(mcuai_rv32_run *run, const row_kernel *kernels, int32_t widest,
                       int32_t rows) {
    run->chunks = rows >> widest;
    if (run->chunks > 0) {
        kernels[widest](run);
    }
    const int32_t left = rows & ((1 << widest) - 1) & ~1;
    for (int32_t log = widest - 1; left >> 1 > 0 && log > 0; log--) {
        if (left >> log & 1) {
            run->chunks = 1;
            kernels[log](run);
        }
    }
}

void mcuai_rv32_run_rows(mcuai_rv32_run *run, int32_t rows, int32_t bits) {
    const row_kernel *kernels = bits == 8 ? int8_kernels : bits == 4 ? int4_kernels : int2_kernels;
    run_chunks(run, kernels, bits == 8 ? 4 : 3, rows);
    if (rows & 1) {
        /* The last chunk has a second row, whose output is dropped. */
        int8_t *const output = run->output;
        int8_t both[2];
        run->chunks = 1;
        run->output = both;
        kernels[0](run);
        *output = both[0];
    }
}

void mcuai_rv32_run_pixels(mcuai_rv32_run *run, int32_t rows) {
    run_chunks(run, pixels_kernels, 4, rows);
    if (rows & 1) {
        int8_t *output = run->output;
        const int32_t pitch = run->pitch;
        int8_t both[4][2];
        run->chunks = 1;
        run->output = both[0];
        run->pitch = 2;
        mcuai_rv32_pixels_2_rows(run);
        run->pitch = pitch;
        for (int32_t pixel = 0; pixel < 4; pixel++, output += pitch) {
            *output = both[pixel][0];
        }
    }
}
