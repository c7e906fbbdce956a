/* experts: x int32 [T,W]; logits int32 [T,E]; biases, constant int32 [E], or absent; addend int32
 * [T,W] or absent; output int32 [T,W], which may be the addend. Parameters E, chosen, hidden width
 * N, scoring, groups, chosen groups, normalised, scale, number of the first expert's first tensor,
 * group, left of gate and up, left of down. The experts' matrices, gate [N,W], up [N,W] and down
 * [W,N] of each, are no inputs: those of a chosen expert are fetched when its turn comes. Scratch:
 * 8 * N + 4 * W + 4 * E bytes, each rounded up to a multiple of 16, and the vector_bytes of
 * max(N, W).
 * docs/transformer-arithmetic.md, "Mixture of experts". */
#include "gate.h"
#include "multiplying.h"
#include "router.h"
#include "rows.h"

#include <string.h>

enum { X, LOGITS, BIASES, ADDEND, INPUTS };
enum {
    EXPERTS,
    CHOSEN,
    HIDDEN,
    SCORING,
    GROUPS,
    CHOSEN_GROUPS,
    NORMALISED,
    SCALE,
    FIRST,
    GROUP,
    LEFT,
    LEFT_DOWN,
    PARAMETERS
};
enum { GATE, UP, DOWN, MATRICES };

/* Parts of the scratch. */
typedef struct {
    int32_t *gate, *up; /* [N] */
    int32_t *result;    /* [W] */
    uint32_t *marks;    /* [E] */
    void *vector;       /* [max(N, W)] */
} memory;

static bool parameters_ok(const mcuai_node *node) {
    if (node->input_count != INPUTS || node->output_count != 1 ||
        node->parameter_count != PARAMETERS)
        return false;
    const int32_t *p = node->parameters, experts = p[EXPERTS];
    return experts >= 1 && p[HIDDEN] >= 1 && mcuai_in_range(p[SCORING], 0, 1) &&
           mcuai_in_range(p[GROUPS], 1, experts) && experts % p[GROUPS] == 0 &&
           mcuai_in_range(p[CHOSEN_GROUPS], 1, p[GROUPS]) &&
           mcuai_in_range(p[CHOSEN], 1, experts / p[GROUPS] * p[CHOSEN_GROUPS]) &&
           mcuai_in_range(p[NORMALISED], 0, 1) && p[SCALE] >= 0 &&
           mcuai_in_range(p[FIRST], 0, UINT16_MAX) && mcuai_in_range(p[LEFT], 0, 15) &&
           mcuai_in_range(p[LEFT_DOWN], 0, 15);
}

/* Of what does not depend on the layout. */
static uint64_t plain_bytes(uint64_t experts, uint64_t hidden, uint64_t width) {
    return mcuai_round16(8 * hidden) + mcuai_round16(4 * width) + mcuai_round16(4 * experts);
}

static uint64_t scratch_bytes(const mcuai_node *node, const mcuai_matrix_layout *layout,
                              uint32_t width) {
    const int32_t *p = node->parameters;
    const uint32_t hidden = (uint32_t)p[HIDDEN], deepest = hidden > width ? hidden : width;
    return plain_bytes((uint32_t)p[EXPERTS], hidden, width) +
           layout->vector_bytes(deepest, (uint32_t)p[GROUP]);
}

/* Whether all experts' matrices fit the operator, and vectors the scratch. */
static bool experts_ok(const mcuai_node *node, int32_t width) {
    const int32_t *p = node->parameters;
    const mcuai_matrix_layout *layout = NULL;
    for (int32_t e = 0; e < p[EXPERTS]; e++) {
        for (int32_t i = 0; i < MATRICES; i++) {
            mcuai_tensor matrix;
            if (!mcuai_constant_shape(
                    node, (uint32_t)p[FIRST] + MATRICES * (uint32_t)e + (uint32_t)i, &matrix))
                return false;
            layout = layout ? layout : mcuai_matrix_layout_of(node, matrix.type);
            if (!layout || !mcuai_matrix_ok(&matrix, layout, p[GROUP]) ||
                matrix.dims[2] != (i == DOWN ? width : p[HIDDEN]) ||
                matrix.dims[3] != (i == DOWN ? p[HIDDEN] : width))
                return false;
        }
    }
    return p[LEFT] >= layout->left && p[LEFT_DOWN] >= layout->left &&
           node->scratch_bytes >= scratch_bytes(node, layout, (uint32_t)width);
}

bool mcuai_experts_check(const mcuai_node *node) {
    if (!parameters_ok(node))
        return false;
    const mcuai_tensor *in = node->tensors, *y = mcuai_node_output(node, 0);
    const int32_t *p = node->parameters, rows = y->dims[2], width = y->dims[3];
    const uint32_t experts = (uint32_t)p[EXPERTS];
    return in[X].data && in[LOGITS].data && mcuai_is_rows(y, rows, (uint32_t)width) &&
           mcuai_is_rows(&in[X], rows, (uint32_t)width) &&
           mcuai_is_rows(&in[LOGITS], rows, experts) &&
           (!in[BIASES].data || mcuai_is_constant_vector(&in[BIASES], MCUAI_INT32, p[EXPERTS])) &&
           (!in[ADDEND].data || mcuai_is_rows(&in[ADDEND], rows, (uint32_t)width)) &&
           experts_ok(node, width);
}

static memory memory_of(const mcuai_node *node, size_t width) {
    const size_t hidden = (size_t)node->parameters[HIDDEN];
    uint8_t *p = node->scratch;
    memory m = {.gate = (void *)p};
    m.up = m.gate + hidden;
    m.result = (void *)(p += (size_t)mcuai_round16(8 * hidden));
    m.marks = (void *)(p += (size_t)mcuai_round16(4 * width));
    m.vector =
        (void *)(p + (size_t)mcuai_round16(UINT64_C(4) * (uint32_t)node->parameters[EXPERTS]));
    return m;
}

/* down * SwiGLU(gate x, up x) of one expert to m->result; `next` is the expert after it, or as many
 * as there are. */
static mcuai_status run_expert(const mcuai_node *node, uint32_t expert, uint32_t next,
                               const int32_t *x, const memory *m) {
    const int32_t *p = node->parameters;
    const uint32_t hidden = (uint32_t)p[HIDDEN];
    mcuai_matrix matrices[MATRICES];
    mcuai_forget(node);
    for (uint32_t i = 0; i < MATRICES; i++) {
        mcuai_tensor tensor;
        const mcuai_status status =
            mcuai_constant(node, (uint32_t)p[FIRST] + MATRICES * expert + i, &tensor);
        if (status != MCUAI_OK)
            return status;
        matrices[i] = mcuai_matrix_of(&tensor, mcuai_matrix_layout_of(node, tensor.type), p[GROUP]);
    }
    mcuai_expect(node, next < (uint32_t)p[EXPERTS] ? (uint32_t)p[FIRST] + MATRICES * next
                                                   : MCUAI_NO_TENSOR);
    const mcuai_matrix_layout *layout = matrices[GATE].layout;
    const uint32_t width = matrices[GATE].depth;
    const mcuai_vector input = layout->quantize(&matrices[GATE], x, m->vector);
    layout->multiply(&matrices[GATE], 0, hidden, input, p[LEFT], NULL, m->gate);
    layout->multiply(&matrices[UP], 0, hidden, input, p[LEFT], NULL, m->up);
    mcuai_swiglu(m->gate, m->up, hidden, m->gate);
    const mcuai_vector inner = layout->quantize(&matrices[DOWN], m->gate, m->vector);
    layout->multiply(&matrices[DOWN], 0, width, inner, p[LEFT_DOWN], NULL, m->result);
    return MCUAI_OK;
}

static mcuai_router router_of(const mcuai_node *node, const memory *m) {
    const int32_t *p = node->parameters;
    return (mcuai_router){
        .biases = mcuai_node_input(node, BIASES)->data,
        .experts = (uint32_t)p[EXPERTS],
        .chosen = (uint32_t)p[CHOSEN],
        .scoring = (uint32_t)p[SCORING],
        .groups = (uint32_t)p[GROUPS],
        .chosen_groups = (uint32_t)p[CHOSEN_GROUPS],
        .normalised = (uint32_t)p[NORMALISED],
        .scale = p[SCALE],
        .marks = m->marks,
    };
}

/* The first chosen expert from this one on; as many as there are if there is none. */
static uint32_t next_chosen(const mcuai_router *router, uint32_t expert) {
    while (expert < router->experts && !mcuai_is_chosen(router, expert))
        expert++;
    return expert;
}

/* Adds the chosen experts from `first` on to y. */
static mcuai_status run_row(const mcuai_node *node, uint32_t row, uint32_t first, int32_t *y) {
    const uint32_t width = (uint32_t)mcuai_node_output(node, 0)->dims[3];
    const memory m = memory_of(node, width);
    const mcuai_router router = router_of(node, &m);
    const uint32_t sum = mcuai_route(&router, mcuai_row_at(mcuai_node_input(node, LOGITS), row));
    for (uint32_t e = next_chosen(&router, first), next; e < router.experts; e = next) {
        next = next_chosen(&router, e + 1);
        const mcuai_status status =
            run_expert(node, e, next, mcuai_row_at(mcuai_node_input(node, X), row), &m);
        if (status != MCUAI_OK) {
            if (node->resume)
                *node->resume = row * router.experts + e;
            return status;
        }
        const int64_t gate = mcuai_expert_gate(&router, e, sum);
        for (uint32_t i = 0; i < width; i++)
            y[i] = mcuai_add_saturated(
                y[i], mcuai_saturate((gate * m.result[i] + (INT32_C(1) << 15)) >> 16));
    }
    return MCUAI_OK;
}

void mcuai_experts_evaluate(const mcuai_node *node) {
    const mcuai_tensor *addend = mcuai_node_input(node, ADDEND);
    const size_t bytes = 4 * (size_t)mcuai_node_output(node, 0)->dims[3];
    const uint32_t experts = (uint32_t)node->parameters[EXPERTS];
    const uint32_t begun = node->resume ? *node->resume : 0;
    uint32_t first = begun % experts;
    for (uint32_t row = begun / experts; row < mcuai_active_rows(node); row++, first = 0) {
        int32_t *y = mcuai_row_at(mcuai_node_output(node, 0), row);
        if (first == 0 && addend->data)
            memmove(y, mcuai_row_at(addend, row), bytes);
        else if (first == 0)
            memset(y, 0, bytes);
        *node->status = run_row(node, row, first, y);
        if (*node->status != MCUAI_OK)
            return;
    }
}
