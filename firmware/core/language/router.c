#include "router.h"

#include "arithmetic.h"
#include "functions.h"

/* Marks: 17 bits of score, then two flags. */
#define SCORE  UINT32_C(0x1FFFF)
#define CHOSEN (UINT32_C(1) << 30)
#define CLOSED (UINT32_C(1) << 31) /* its group was not chosen */
#define ONE    (UINT32_C(1) << 16) /* the greatest score */

static void score_by_sigmoid(const mcuai_router *router, const int32_t *logits) {
    for (uint32_t e = 0; e < router->experts; e++)
        router->marks[e] = 2 * (uint32_t)mcuai_sigmoid(logits[e]);
}

static void score_by_softmax(const mcuai_router *router, const int32_t *logits) {
    int32_t greatest = INT32_MIN;
    for (uint32_t e = 0; e < router->experts; e++)
        greatest = logits[e] > greatest ? logits[e] : greatest;
    uint64_t sum = 0;
    for (uint32_t e = 0; e < router->experts; e++) {
        const uint32_t z = mcuai_log2_units((uint32_t)greatest - (uint32_t)logits[e]);
        router->marks[e] = mcuai_exp2(z < 31u << 16 ? z : 31u << 16);
        sum += router->marks[e];
    }
    for (uint32_t e = 0; e < router->experts; e++) {
        /* The sum is not 0 unless the arena of a hostile pack has logits and marks overlap. */
        const uint64_t score = ((uint64_t)router->marks[e] << 16) / (sum ? sum : 1);
        router->marks[e] = score < ONE ? (uint32_t)score : ONE;
    }
}

static int64_t rank(const mcuai_router *router, uint32_t expert) {
    return (int64_t)(router->marks[expert] & SCORE) + (router->biases ? router->biases[expert] : 0);
}

/* Rank of a group: of its two best experts together, or of the best with softmax. */
static int64_t group_rank(const mcuai_router *router, uint32_t first, uint32_t count) {
    int64_t best = rank(router, first), second = INT64_MIN;
    for (uint32_t e = first + 1; e < first + count; e++) {
        const int64_t r = rank(router, e);
        if (r > best) {
            second = best;
            best = r;
        } else if (r > second) {
            second = r;
        }
    }
    return router->scoring == 1 || count == 1 ? best : best + second;
}

/* Closes all groups, then opens the best again, one after another. */
static void choose_groups(const mcuai_router *router) {
    const uint32_t count = router->experts / router->groups;
    for (uint32_t e = 0; e < router->experts; e++)
        router->marks[e] |= CLOSED;
    for (uint32_t n = 0; n < router->chosen_groups; n++) {
        uint32_t best = router->experts;
        int64_t best_rank = INT64_MIN;
        for (uint32_t first = 0; first < router->experts; first += count) {
            if (!(router->marks[first] & CLOSED))
                continue;
            const int64_t r = group_rank(router, first, count);
            if (r > best_rank) {
                best = first;
                best_rank = r;
            }
        }
        for (uint32_t e = best; e < router->experts && e < best + count; e++)
            router->marks[e] &= ~CLOSED;
    }
}

/* The best expert that is open and not chosen yet; none has the number of experts. */
static uint32_t best_left(const mcuai_router *router) {
    uint32_t best = router->experts;
    int64_t best_rank = INT64_MIN;
    for (uint32_t e = 0; e < router->experts; e++) {
        if (!(router->marks[e] & (CHOSEN | CLOSED)) && rank(router, e) > best_rank) {
            best = e;
            best_rank = rank(router, e);
        }
    }
    return best;
}

uint32_t mcuai_route(const mcuai_router *router, const int32_t *logits) {
    if (router->scoring == 1)
        score_by_softmax(router, logits);
    else
        score_by_sigmoid(router, logits);
    if (router->groups > 1)
        choose_groups(router);
    uint32_t sum = 0;
    for (uint32_t n = 0; n < router->chosen; n++) {
        const uint32_t best = best_left(router);
        if (best == router->experts)
            break;
        sum += router->marks[best] & SCORE;
        router->marks[best] |= CHOSEN;
    }
    return sum;
}

int mcuai_is_chosen(const mcuai_router *router, uint32_t expert) {
    return (router->marks[expert] & CHOSEN) != 0;
}

int32_t mcuai_expert_gate(const mcuai_router *router, uint32_t expert, uint32_t sum) {
    const uint64_t product = (uint64_t)(router->marks[expert] & SCORE) * (uint32_t)router->scale;
    return (int32_t)(router->normalised ? product / (sum ? sum : 1) : product >> 16);
}
