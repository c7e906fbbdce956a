/* Operators of language models with random tensors, each a heap block of exactly its size, and what
 * their matrices mean in real numbers. */
#ifndef LANGUAGE_NODES_H
#define LANGUAGE_NODES_H

#include "../../firmware/core/src/manifest.h"
#include "../../firmware/core/src/shards.h"

typedef struct {
    const mcuai_operator *operator;
    mcuai_node node;
    int32_t parameters[16];
    mcuai_status status;
    mcuai_model model; /* of constants that are no inputs */
    mcuai_store store;
    mcuai_tensor_record records[64];
    mcuai_shard_record shards[64];
    void *blocks[96];
    int block_count;
} operator_case;

uint32_t random_word(void);
/* Of 1..most. */
int32_t random_size(int32_t most);
/* Of -1..1. */
double random_real(void);

/* A node without tensors; each operator below adds its own, in order. */
void case_begin(operator_case *c, const mcuai_operator *operator);
void case_end(operator_case *c);

/* Add an input and return its memory: values within `magnitude`, Q15.16. */
int32_t *case_values(operator_case *c, int32_t rows, int32_t width, double magnitude);
int32_t *case_constants(operator_case *c, int32_t width, double magnitude);
void *case_tensor(operator_case *c, mcuai_type type, int32_t rows, int32_t width, uint32_t bytes,
                  int constant);
void case_absent(operator_case *c);
/* A matrix of the type, and one that is no input. */
uint8_t *case_matrix(operator_case *c, mcuai_type type, int32_t rows, int32_t depth, int32_t group);
uint8_t *case_hidden_matrix(operator_case *c, mcuai_type type, int32_t rows, int32_t depth,
                            int32_t group);
int32_t *case_output(operator_case *c, int32_t rows, int32_t width);
void case_output_as_input(operator_case *c, int32_t input);
void case_scratch(operator_case *c, uint32_t bytes);
void case_parameters(operator_case *c, int32_t count, const int32_t *values);

/* Checks and evaluates; ends the program where the operator refuses. */
void case_run(operator_case *c);

/* Fills all memory and one parameter with anything, and evaluates if the operator accepts it. */
int case_damage(operator_case *c);

double matrix_value(const uint8_t *blob, mcuai_type type, int32_t rows, int32_t depth,
                    int32_t group, int32_t row, int32_t k);

#endif
