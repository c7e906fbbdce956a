#include "matrix.h"

static bool group_ok(int32_t group) {
    return group == 0 || (mcuai_in_range(group, 8, MCUAI_MATRIX_PIECE) && group % 8 == 0);
}

bool mcuai_matrix_ok(const mcuai_tensor *tensor, const mcuai_matrix_layout *layout, int32_t group) {
    return layout && tensor->type == layout->type && tensor->is_constant && group_ok(group) &&
           tensor->dims[0] == 1 && tensor->dims[1] == 1 &&
           tensor->bytes == layout->bytes((uint32_t)tensor->dims[2], (uint32_t)tensor->dims[3],
                                          (uint32_t)group, layout->type);
}

mcuai_matrix mcuai_matrix_of(const mcuai_tensor *tensor, const mcuai_matrix_layout *layout,
                             int32_t group) {
    const uint32_t depth = (uint32_t)tensor->dims[3], size = (uint32_t)group;
    return (mcuai_matrix){
        .layout = layout,
        .rows = (uint32_t)tensor->dims[2],
        .depth = depth,
        .group = size,
        .groups = size ? (depth + size - 1) / size : 0,
        .blob = tensor->data,
    };
}

const mcuai_matrix_layout *mcuai_matrix_layout_of(const mcuai_node *node, uint8_t type) {
    const mcuai_matrix_layout *const *layouts = node->kernels;
    for (; *layouts; layouts++)
        if ((*layouts)->type == type)
            return *layouts;
    return NULL;
}

uint32_t mcuai_matrix_piece_length(const mcuai_matrix *matrix, uint32_t first) {
    const uint32_t group = matrix->group, left = matrix->depth - first;
    const uint32_t most = group ? MCUAI_MATRIX_PIECE / group * group : MCUAI_MATRIX_PIECE;
    return left < most ? left : most;
}
