/* Dense layers for Cortex-M55: the input is copied to the scratch area first, which pads it to
 * whole vectors and lets the output take the input's place. */
#include "matrix.h"

uint32_t mcuai_dense_mve_scratch(const mcuai_dense *args) {
    return ((uint32_t)args->depth + MCUAI_MVE_LANES - 1) / MCUAI_MVE_LANES * MCUAI_MVE_LANES;
}

void mcuai_dense_mve(const mcuai_dense *args) {
    const uint32_t depth = (uint32_t)args->depth;
    int8_t *x = args->scratch;
    mcuai_mve_product product;
    product.loops = args->loops;
    mcuai_mve_product_begin(&product, args->weights, (uint32_t)args->rows, depth,
                            (uint32_t)args->bits);
    mcuai_mve_product_output(&product, args->output_zero_point, args->activation_min,
                             args->activation_max);
    mcuai_mve_copy(x, args->input, depth);
    mcuai_mve_fill(x + depth, 0, product.args.depth_bytes - depth);
    mcuai_mve_product_one(&product, x, args->output);
}
