/* The operators that multiply by matrices: the same for all layouts but for the list of layouts
 * that they read. */
#ifndef MCUAI_LANGUAGE_MULTIPLYING_H
#define MCUAI_LANGUAGE_MULTIPLYING_H

#include "matrix.h"

bool mcuai_embedding_check(const mcuai_node *node);
void mcuai_embedding_evaluate(const mcuai_node *node);
bool mcuai_embedding_pieces_check(const mcuai_node *node);
void mcuai_embedding_pieces_evaluate(const mcuai_node *node);
bool mcuai_linear_check(const mcuai_node *node);
void mcuai_linear_evaluate(const mcuai_node *node);
bool mcuai_experts_check(const mcuai_node *node);
void mcuai_experts_evaluate(const mcuai_node *node);

/* A row of the matrix in Q15.16. */
void mcuai_embed_row(const mcuai_matrix *matrix, uint32_t row, int32_t *y);

#define MCUAI_DEFINE_LINEAR(NAME, LAYOUT, WEIGHTS, LAYOUTS)                                        \
    const mcuai_operator mcuai_operator_embedding_##NAME = {MCUAI_EMBEDDING,                       \
                                                            LAYOUT,                                \
                                                            WEIGHTS,                               \
                                                            mcuai_embedding_check,                 \
                                                            mcuai_embedding_evaluate,              \
                                                            LAYOUTS};                              \
    const mcuai_operator mcuai_operator_linear_##NAME = {                                          \
        MCUAI_LINEAR, LAYOUT, WEIGHTS, mcuai_linear_check, mcuai_linear_evaluate, LAYOUTS}

#define MCUAI_DEFINE_EXPERTS(NAME, LAYOUT, LAYOUTS)                                                \
    const mcuai_operator mcuai_operator_embedding_pieces_##NAME = {                                \
        MCUAI_EMBEDDING_PIECES,          LAYOUT, MCUAI_ANY_WEIGHTS, mcuai_embedding_pieces_check,  \
        mcuai_embedding_pieces_evaluate, LAYOUTS};                                                 \
    const mcuai_operator mcuai_operator_experts_##NAME = {                                         \
        MCUAI_EXPERTS,          LAYOUT, MCUAI_ANY_WEIGHTS, mcuai_experts_check,                    \
        mcuai_experts_evaluate, LAYOUTS}

/* The operators of a layout and family: each for a type of weights, so that images hold no kernels
 * of other types; those of experts are known when the pack is read. */
#define MCUAI_DEFINE_MULTIPLYING(NAME, LAYOUT)                                                     \
    static mcuai_matrix_layouts int8 = {&mcuai_matrix_##NAME##_int8, NULL};                        \
    static mcuai_matrix_layouts int4 = {&mcuai_matrix_##NAME##_int4, NULL};                        \
    static mcuai_matrix_layouts int2 = {&mcuai_matrix_##NAME##_int2, NULL};                        \
    static mcuai_matrix_layouts all = {&mcuai_matrix_##NAME##_int8, &mcuai_matrix_##NAME##_int4,   \
                                       &mcuai_matrix_##NAME##_int2, NULL};                         \
    MCUAI_DEFINE_LINEAR(NAME##_int8, LAYOUT, MCUAI_INT8, int8);                                    \
    MCUAI_DEFINE_LINEAR(NAME##_int4, LAYOUT, MCUAI_INT4, int4);                                    \
    MCUAI_DEFINE_LINEAR(NAME##_int2, LAYOUT, MCUAI_INT2, int2);                                    \
    MCUAI_DEFINE_EXPERTS(NAME, LAYOUT, all)

#endif
