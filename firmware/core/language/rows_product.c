#include "rows_product.h"

#define COPIED                                                                                     \
    16 /* words of a row that are copied at once where they do not lie at whole addresses */

/* Four rows of a matrix, or one four times. */
typedef struct {
    const mcuai_rows_family *family;
    const uint8_t *weights;
    const int8_t *multipliers;
    uint32_t pitch, groups; /* bytes from a row to the next of both */
    uint32_t depth, group;
    uint32_t cell, repeat; /* columns that are summed up at once, and cells of a group */
    const uint32_t *x;
} rows;

/* Columns of a cell: a group's, or the greatest power of two that divides it and is not too large.
 */
static uint32_t cell_of(uint32_t group, uint32_t most) {
    if (group && group <= most)
        return group;
    while (group % most != 0)
        most /= 2;
    return most;
}

static rows rows_of(const mcuai_matrix *matrix, uint32_t row, const int16_t *numbers,
                    const mcuai_rows_family *family) {
    static const int8_t one = 1;
    const uint32_t cell = cell_of(matrix->group, family->most);
    return (rows){
        .family = family,
        .weights = mcuai_rows_weights(matrix, row),
        .multipliers = matrix->group ? mcuai_rows_multipliers(matrix, row) : &one,
        .pitch = mcuai_rows_pitch(matrix->depth, matrix->layout->type),
        .groups = matrix->groups,
        .depth = matrix->depth,
        .group = matrix->group ? matrix->group : UINT32_MAX,
        .cell = cell,
        .repeat = matrix->group ? matrix->group / cell : UINT32_MAX,
        .x = (const void *)numbers,
    };
}

/* Words at any address; of those at whole addresses, only such are read as have a byte of these. */
static void copy(const uint8_t *from, uint32_t words, uint32_t *to) {
    const uint32_t skew = (uint32_t)((uintptr_t)from & 3), right = 8 * skew;
    const uint32_t *p = (const void *)(from - skew);
    uint32_t word = *p++;
    for (uint32_t i = 0; i < words; i++) {
        const uint32_t next = right ? *p++ : 0;
        to[i] = right ? word >> right | next << (32 - right) : word;
        word = right ? next : i + 1 < words ? *p++ : 0;
    }
}

static void add_copied(const rows *r, mcuai_rows_cells cells, uint32_t *totals) {
    uint32_t words[MCUAI_ROWS_AT_ONCE][COPIED];
    const uint32_t pitch = cells.pitch, most = COPIED / cells.steps;
    uint32_t left = cells.cells, of_group = cells.repeat;
    for (; left; left -= cells.cells) {
        cells.cells = left < most ? left : most;
        if (cells.repeat > 1 && of_group < cells.cells)
            cells.cells = of_group;
        const uint32_t count = cells.cells * cells.steps;
        const uint8_t *weights = cells.weights;
        for (uint32_t i = 0; i < MCUAI_ROWS_AT_ONCE; i++)
            copy(weights + i * pitch, count, words[i]);
        cells.weights = (const uint8_t *)words;
        cells.pitch = sizeof words[0];
        r->family->kernel(&cells, totals);
        cells.weights = weights + 4 * count;
        cells.x += count * r->family->columns / 2;
        of_group -= cells.repeat > 1 ? cells.cells : 0;
        if (cells.repeat == 1) {
            cells.multipliers += cells.cells;
        } else if (of_group == 0) {
            cells.multipliers++;
            of_group = cells.repeat;
        }
    }
}

/* So many cells, of so many steps, from column k on. */
static void add_cells(const rows *r, uint32_t k, uint32_t count, uint32_t steps, uint32_t *totals) {
    const uint32_t columns = r->family->columns;
    const mcuai_rows_cells cells = {
        .weights = r->weights + k * 4 / columns,
        .pitch = r->pitch,
        .x = r->x + k / 2,
        .steps = steps,
        .cells = count,
        .multipliers = r->multipliers + k / r->group,
        .groups = r->groups,
        .repeat = r->repeat,
    };
    if (r->family->whole_words && (((uintptr_t)cells.weights | r->pitch) & 3) != 0)
        add_copied(r, cells, totals);
    else
        r->family->kernel(&cells, totals);
}

/* Up to four bytes, the rest 0. */
static uint32_t bytes_of(const uint8_t *from, uint32_t bytes) {
    uint32_t word = 0;
    for (uint32_t i = 0; i < bytes; i++)
        word |= (uint32_t)from[i] << 8 * i;
    return word;
}

/* Fewer columns than a step, from column k on. */
static void add_rest(const rows *r, uint32_t k, uint32_t count, uint32_t *totals) {
    const uint32_t columns = r->family->columns, *x = r->x + k / 2;
    const bool half = columns == 16 && count <= 8;
    uint32_t words[MCUAI_ROWS_AT_ONCE], numbers[8] = {0};
    for (uint32_t i = 0; i < MCUAI_ROWS_AT_ONCE; i++) {
        words[i] = bytes_of(r->weights + i * r->pitch + k * 4 / columns,
                            (4 * count + columns - 1) / columns);
        if (half) /* halfwords get the columns k and k + 4 */
            words[i] = (words[i] | words[i] << 8) & 0x00FF00FF;
    }
    for (uint32_t i = 0; half && i < 4; i++)
        numbers[i] = x[i];
    const mcuai_rows_cells cells = {(const uint8_t *)words,
                                    sizeof words[0],
                                    half ? numbers : x,
                                    1,
                                    1,
                                    r->multipliers + k / r->group,
                                    r->groups,
                                    1};
    r->family->kernel(&cells, totals);
}

static void add_rows(const rows *r, uint32_t *totals) {
    const uint32_t columns = r->family->columns, most = r->family->most;
    uint32_t k = 0;
    if (r->cell % columns == 0 && r->depth >= r->cell) {
        const uint32_t whole = r->depth / r->cell;
        add_cells(r, 0, whole, r->cell / columns, totals);
        k = whole * r->cell;
    }
    /* What is left, or all of groups that end within a step. */
    for (uint32_t count; k < r->depth; k += count) {
        const uint32_t of_group = r->group - k % r->group, left = r->depth - k;
        count = of_group < left ? of_group : left;
        count = count < most ? count : most;
        const uint32_t steps = count / columns, rest = count % columns;
        if (steps)
            add_cells(r, k, 1, steps, totals);
        if (rest)
            add_rest(r, k + steps * columns, rest, totals);
    }
}

void mcuai_rows_multiply(const mcuai_matrix *matrix, uint32_t first, uint32_t count, mcuai_vector x,
                         int32_t left, const int32_t *addend, int32_t *y,
                         const mcuai_rows_family *family) {
    rows r = rows_of(matrix, first, x.numbers, family);
    const uint32_t pitch = r.pitch, groups = r.groups;
    const mcuai_row_factor *factors = (const void *)matrix->blob;
    for (uint32_t i = 0, done; i < count; i += done) {
        uint32_t totals[MCUAI_ROWS_AT_ONCE];
        totals[0] = totals[1] = totals[2] = totals[3] = 0; /* not by a call of memset */
        done = MCUAI_ROWS_AT_ONCE;
        if (count - i < MCUAI_ROWS_AT_ONCE) {
            r.pitch = r.groups = 0;
            done = 1;
        }
        add_rows(&r, totals);
        for (uint32_t k = 0; k < done; k++, factors++) {
            const int32_t value = mcuai_matrix_output(totals[k], factors[first], x.scale, left);
            y[i + k] = addend ? mcuai_add_saturated(addend[i + k], value) : value;
        }
        r.weights += done * pitch;
        r.multipliers += done * groups;
    }
}
