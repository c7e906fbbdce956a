/* Products with matrices of language models in the rows layout, on Cortex-M55. */
#ifndef MCUAI_MVE_LINEAR_H
#define MCUAI_MVE_LINEAR_H

#include "../matrix_rows.h"

/* A quantized vector lies in planes as weights lie in their bytes: plane f has the elements that
 * are multiplied by field f of a byte; its bytes are those of a row. Where multipliers change
 * within a vector of weights, there follow, for each two bytes of a row, int16 minus three times
 * the sum of their elements (INT2) and uint16 the number of their group. */
static inline uint32_t mcuai_mve_fields(uint8_t type) {
    return type == MCUAI_INT8 ? 1 : type == MCUAI_INT4 ? 2 : 4;
}

/* Of a row's lanes: two bytes of weights. */
static inline uint32_t mcuai_mve_lane_count(uint32_t pitch) {
    return (pitch + 1) / 2;
}

/* Bytes of all planes, up to what follows them. */
static inline uint32_t mcuai_mve_planes_bytes(uint32_t pitch, uint8_t type) {
    return (pitch * mcuai_mve_fields(type) + 1) & ~UINT32_C(1);
}

/* Whether products go group by group, rather than by lanes: groups are whole vectors of weights, or
 * there are none. */
static inline bool mcuai_mve_by_groups(uint32_t group, uint8_t type) {
    return type == MCUAI_INT8 ? group == 0 : type == MCUAI_INT4 && group % 32 == 0;
}

/* Whole fours of rows, for the assembly, which reads them by offset and leaves them behind. */
typedef struct {
    const uint8_t *weights;
    const int8_t *multipliers; /* of the groups of a row after another; 1 where there are none */
    const mcuai_row_factor *factors;
    const int32_t *addend; /* or null */
    int32_t *y, *y_end;
    const int8_t *x;
    uint32_t pitch; /* bytes of a row */
    int32_t left, shift;
    const uint16_t *numbers; /* of lanes' groups */
    uint32_t groups;         /* multipliers of a row; 0: all rows share one */
    uint32_t later_chunks;   /* INT4: vectors of a whole group after the first */
    uint32_t whole_groups;
    uint32_t rest_bytes; /* of weights in a last group that is not whole */
    uint32_t count;      /* kept by the assembly */
    int32_t least[4];    /* of outputs: -(2^31 - 1) */
    int32_t scale[4];
    uint32_t step; /* between rows */
} mcuai_mve_rows;

void mcuai_mve_linear_s8(mcuai_mve_rows *rows);
void mcuai_mve_linear_s4(mcuai_mve_rows *rows);
void mcuai_mve_lanes_s8(mcuai_mve_rows *rows);
void mcuai_mve_lanes_s4(mcuai_mve_rows *rows);
void mcuai_mve_lanes_s2(mcuai_mve_rows *rows);

/* `quantize` of the layouts. */
mcuai_vector mcuai_mve_quantize(const mcuai_matrix *matrix, const int32_t *x, void *memory);

#endif
