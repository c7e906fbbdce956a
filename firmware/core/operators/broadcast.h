/* Elementwise operators on two int8 tensors of which either may be broadcast. */
#ifndef MCUAI_BROADCAST_H
#define MCUAI_BROADCAST_H

#include "../src/operator.h"

/* Whether both inputs and the output are int8, and each dim of an input is the output's or 1. */
bool mcuai_broadcast_ok(const mcuai_node *node);

/* Calls `function` with the node's parameters for each element of the output, in order. */
void mcuai_broadcast_each(const mcuai_node *node,
                          int8_t (*function)(const int32_t *parameters, int8_t a, int8_t b));

#endif
