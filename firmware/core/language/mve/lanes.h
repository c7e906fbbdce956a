/* Rows whose multipliers change within a vector of weights: products of two bytes are added up in a
 * lane of 16 bits, which a multiplier belongs to, since groups are multiples of 8. */
#ifndef MCUAI_MVE_LANES_H
#define MCUAI_MVE_LANES_H

#include "sums.h"

/* Products of bytes, and of their neighbours, added up in 16 bits: at most four of INT4 or two of
 * INT8. */
static inline int16x8_t mcuai_mve_neighbours(int8x16_t w, int8x16_t x) {
    return vaddq_s16(vmullbq_int_s8(w, x), vmulltq_int_s8(w, x));
}

/* Of 16 bytes of weights, or what is left of a row. Of INT2, half the products, without what the
 * sums of x give. */
static inline int16x8_t mcuai_mve_vector_products(uint8_t type, int8x16_t w, const int8_t *x,
                                                  uint32_t pitch, mve_pred16_t live) {
    const int8x16_t x0 = vldrbq_z_s8(x, live);
    if (type == MCUAI_INT8)
        return mcuai_mve_neighbours(w, x0);
    const int8x16_t x1 = vldrbq_z_s8(x + pitch, live);
    if (type == MCUAI_INT4)
        return vaddq_s16(mcuai_mve_neighbours(vshrq_n_s8(vshlq_n_s8(w, 4), 4), x0),
                         mcuai_mve_neighbours(vshrq_n_s8(w, 4), x1));
    const int8x16_t x2 = vldrbq_z_s8(x + 2 * pitch, live);
    const int8x16_t x3 = vldrbq_z_s8(x + 3 * pitch, live);
    const uint8x16_t u = (uint8x16_t)w, three = vdupq_n_u8(3);
    int16x8_t sum = mcuai_mve_neighbours((int8x16_t)vandq_u8(u, three), x0);
    sum = vaddq_s16(sum, mcuai_mve_neighbours((int8x16_t)vandq_u8(vshrq_n_u8(u, 2), three), x1));
    sum = vaddq_s16(sum, mcuai_mve_neighbours((int8x16_t)vandq_u8(vshrq_n_u8(u, 4), three), x2));
    return vaddq_s16(sum, mcuai_mve_neighbours((int8x16_t)vshrq_n_u8(u, 6), x3));
}

/* Of one row. */
static inline int32_t mcuai_mve_sum_lanes(uint8_t type, const mcuai_mve_rows *p,
                                          const uint8_t *weights, const int8_t *multipliers) {
    const uint32_t lane_count = mcuai_mve_lane_count(p->pitch);
    const int16_t *sums = (const void *)(p->x + mcuai_mve_planes_bytes(p->pitch, type));
    const uint16_t *numbers = (const uint16_t *)sums + (type == MCUAI_INT2 ? lane_count : 0);
    int32_t sum = 0;
    for (uint32_t k = 0; k < p->pitch; k += 16) {
        const mve_pred16_t live = vctp8q(p->pitch - k), lanes = vctp16q(lane_count - k / 2);
        const int8x16_t w = (int8x16_t)vldrbq_z_u8(weights + k, live);
        int16x8_t products = mcuai_mve_vector_products(type, w, p->x + k, p->pitch, live);
        const int16x8_t m =
            vldrbq_gather_offset_z_s16(multipliers, vldrhq_z_u16(numbers + k / 2, lanes), lanes);
        if (type == MCUAI_INT2)
            products = vaddq_s16(vshlq_n_s16(products, 1), vldrhq_z_s16(sums + k / 2, lanes));
        sum = vmladavaq_s16(sum, m, products);
    }
    return sum;
}

#endif
