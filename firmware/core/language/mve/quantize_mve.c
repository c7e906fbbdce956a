/* Vectors in the order in which the kernels of matrices take them. */
#include "linear.h"
#include "vectors.h"

typedef struct {
    int32_t shift, reciprocal;
    mcuai_real scale;
} quantizing;

static quantizing quantizing_of(uint32_t greatest) {
    if (greatest == 0)
        return (quantizing){0, 0, {0, 0}};
    const int32_t h = mcuai_zeros(greatest); /* at least 1 */
    const uint32_t top = ((greatest << h) - 1) / 65536 + 1;
    const uint32_t step = top * 33026; /* 2^22 / 127 */
    return (quantizing){h - 1,
                        (int32_t)((UINT32_C(127) << 24) / top << 14),
                        {(int32_t)(step >> 31 ? step >> 1 : step), (step >> 31 ? 10 : 9) - h}};
}

/* Where four neighbours go, and how far it is to where the next four go. */
typedef struct {
    uint32x4_t offsets;
    uint32_t advance;
} places;

static places places_of(uint32_t pitch, uint8_t type) {
    const uint32_t fields = mcuai_mve_fields(type);
    const uint32x4_t number = vidupq_n_u32(0, 1);
    if (fields == 1)
        return (places){number, 4};
    if (fields == 4)
        return (places){vmulq_n_u32(number, pitch), 1};
    const uint32x4_t plane = vmulq_n_u32(vandq_u32(number, vdupq_n_u32(1)), pitch);
    return (places){vaddq_u32(plane, vshrq_n_u32(number, 1)), 2};
}

/* Each x becomes (high_round(x << shift, reciprocal) + 2^20) >> 21. */
static void pack(const int32_t *x, uint32_t count, int32_t shift, int32_t reciprocal, int8_t *to,
                 places four) {
    __asm__ volatile("wlstp.32 lr, %2, 2f\n"
                     "1: vldrw.u32 q0, [%0], #16\n"
                     "vshl.s32 q0, %3\n"
                     "vrmulh.s32 q0, q0, %q4\n"
                     "vrshr.s32 q0, q0, #21\n"
                     "vstrb.32 q0, [%1, %q5]\n"
                     "add %1, %6\n"
                     "letp lr, 1b\n"
                     "2:"
                     : "+r"(x), "+r"(to)
                     : "r"(count), "r"(shift), "w"(vdupq_n_s32(reciprocal)), "w"(four.offsets),
                       "r"(four.advance)
                     : "lr", "q0", "memory");
}

/* Elements that the last bytes of rows have too many. */
static void fill_up(int8_t *planes, uint32_t depth, uint32_t pitch, uint8_t type) {
    const uint32_t fields = mcuai_mve_fields(type);
    for (uint32_t i = depth; i < pitch * fields; i++)
        planes[pitch * (i % fields) + pitch - 1] = 0;
}

/* Minus three times the sums of eight elements each. */
static int16_t *add_sums(const int8_t *planes, uint32_t pitch, int16_t *sums) {
    const int8x16_t minus_three = vdupq_n_s8(-3);
    for (uint32_t k = 0; k < pitch; k += 16) {
        const mve_pred16_t live = vctp8q(pitch - k);
        int16x8_t sum = vdupq_n_s16(0);
        for (uint32_t f = 0; f < 4; f++) {
            const int8x16_t x = vldrbq_z_s8(planes + pitch * f + k, live);
            sum = vaddq_s16(sum, vmullbq_int_s8(x, minus_three));
            sum = vaddq_s16(sum, vmulltq_int_s8(x, minus_three));
        }
        vstrhq_p_s16(sums + k / 2, sum, vctp16q(mcuai_mve_lane_count(pitch - k)));
    }
    return sums + mcuai_mve_lane_count(pitch);
}

/* The numbers of the lanes' groups. */
static void number_groups(const mcuai_matrix *matrix, uint32_t lanes, uint16_t *numbers) {
    const uint32_t each = 2 * mcuai_mve_fields(matrix->layout->type);
    uint32_t number = 0, left = matrix->group;
    for (uint32_t i = 0; i < lanes; i++) {
        numbers[i] = (uint16_t)number;
        left -= matrix->group ? each : 0;
        if (left == 0 && matrix->group) {
            left = matrix->group;
            number++;
        }
    }
}

mcuai_vector mcuai_mve_quantize(const mcuai_matrix *matrix, const int32_t *x, void *memory) {
    const uint8_t type = matrix->layout->type;
    const uint32_t depth = matrix->depth, pitch = mcuai_rows_pitch(depth, type);
    const quantizing q = quantizing_of(mcuai_mve_greatest(x, depth));
    fill_up(memory, depth, pitch, type);
    pack(x, depth, q.shift, q.reciprocal, memory, places_of(pitch, type));
    if (!mcuai_mve_by_groups(matrix->group, type)) {
        int16_t *lanes = (void *)((int8_t *)memory + mcuai_mve_planes_bytes(pitch, type));
        if (type == MCUAI_INT2)
            lanes = add_sums(memory, pitch, lanes);
        number_groups(matrix, mcuai_mve_lane_count(pitch), (uint16_t *)lanes);
    }
    return (mcuai_vector){memory, q.scale, 0};
}
