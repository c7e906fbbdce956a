/* Which experts a token takes, and with which weight. docs/transformer-arithmetic.md, "Mixture of
 * experts". */
#ifndef MCUAI_LANGUAGE_ROUTER_H
#define MCUAI_LANGUAGE_ROUTER_H

#include <stdint.h>

typedef struct {
    const int32_t *biases; /* [experts], Q16, or null */
    uint32_t experts, chosen;
    uint32_t scoring; /* 0 sigmoid, 1 softmax */
    uint32_t groups, chosen_groups;
    uint32_t normalised;
    int32_t scale;   /* Q16 */
    uint32_t *marks; /* [experts], memory: a score, Q16, with what is known of the expert */
} mcuai_router;

/* Scores all experts and marks those that are chosen; returns the sum of their scores. */
uint32_t mcuai_route(const mcuai_router *router, const int32_t *logits);

/* Whether the expert was chosen. */
int mcuai_is_chosen(const mcuai_router *router, uint32_t expert);

/* Weight of a chosen expert, Q16; sum is what mcuai_route gave. */
int32_t mcuai_expert_gate(const mcuai_router *router, uint32_t expert, uint32_t sum);

#endif
