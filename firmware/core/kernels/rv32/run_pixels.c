/* INT8 rows times four pixels at a time (pixels_int8.S). */
#include "run.h"

#define FIELD_START UINT32_C(0x7f007f00)

/* Two steps of two pixels. */
static inline void widen_two_pixels(int32_t a0, int32_t b0, int32_t a1, int32_t b1,
                                    int32_t *widened) {
    const uint32_t word0 = (uint32_t)a0 + ((uint32_t)b0 << 16);
    const uint32_t word1 = (uint32_t)a1 + ((uint32_t)b1 << 16);
    widened[0] = (int32_t)word0;
    widened[1] = (int32_t)word1;
    widened[2] = (int32_t)(FIELD_START - ((word0 + word1) << 7));
}

/* Four vectors in the form that the kernels read; returns the end. */
static int32_t *widen(const int8_t *const pixels[4], int32_t depth, int32_t *widened) {
    const int8_t *a = pixels[0], *b = pixels[1], *c = pixels[2], *d = pixels[3];
    int32_t left = depth;
    for (; left >= 2; left -= 2, widened += 6) {
        widen_two_pixels(a[0], b[0], a[1], b[1], widened);
        widen_two_pixels(c[0], d[0], c[1], d[1], widened + 3);
        a += 2, b += 2, c += 2, d += 2;
    }
    if (left > 0) {
        widen_two_pixels(*a, *b, 0, 0, widened);
        widen_two_pixels(*c, *d, 0, 0, widened + 3);
        widened += 6;
    }
    if (((depth + 1) / 2 & 1) != 0) {
        widen_two_pixels(0, 0, 0, 0, widened);
        widen_two_pixels(0, 0, 0, 0, widened + 3);
        widened += 6;
    }
    return widened;
}

/* Eight and four rows are what sixteens leave, too seldom for a kernel each. */
static void (*const pixels_kernels[])(mcuai_rv32_run *run) = {
    mcuai_rv32_pixels_2_rows,      mcuai_rv32_pixels_2_rows,  mcuai_rv32_pixels_8_or_4_rows,
    mcuai_rv32_pixels_8_or_4_rows, mcuai_rv32_pixels_16_rows,
};

void mcuai_rv32_run_pixels(mcuai_rv32_run *run, const int8_t *const pixels[4], int32_t depth,
                           int32_t *scratch, int32_t rows) {
    run->x = scratch;
    run->x_end = widen(pixels, depth, scratch);
    mcuai_rv32_run_chunks(run, pixels_kernels, 4, rows);
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
