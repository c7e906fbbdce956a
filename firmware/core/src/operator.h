/* What an operator is: a check that runs once, when a pack is opened, and an evaluation without any
 * checks. */
#ifndef MCUAI_OPERATOR_H
#define MCUAI_OPERATOR_H

#include <mcuai/mcuai.h>
#include <stdbool.h>

/* Operator codes, as stored in a pack. Tensors and parameters of each: docs/pack-format.md,
 * "Operators". */
enum {
    MCUAI_CONV_2D = 1,
    MCUAI_DEPTHWISE_CONV_2D = 2,
    MCUAI_FULLY_CONNECTED = 3,
    MCUAI_TRANSPOSE_CONV = 4,
    MCUAI_AVERAGE_POOL_2D = 5,
    MCUAI_MAX_POOL_2D = 6,
    MCUAI_ADD = 7,
    MCUAI_MUL = 8,
    MCUAI_CONCATENATION = 9,
    MCUAI_SLICE = 10,
    MCUAI_PAD = 11,
    MCUAI_TRANSPOSE = 12,
    MCUAI_COPY = 13,
    MCUAI_MEAN = 14,
    MCUAI_SOFTMAX = 15,
    MCUAI_TABLE = 16,
    MCUAI_REQUANTIZE = 17,
    MCUAI_SVDF = 18,
    MCUAI_RESIZE_NEAREST = 19,
    MCUAI_BATCH_MATMUL = 20,
    MCUAI_MINIMUM = 21,
    MCUAI_MAXIMUM = 22,
    MCUAI_LSTM = 23,
    MCUAI_EMBEDDING = 32,
    MCUAI_LINEAR = 33,
    MCUAI_RMS_NORM = 34,
    MCUAI_ANGLES = 35,
    MCUAI_ROTARY = 36,
    MCUAI_SWIGLU = 37,
    MCUAI_ATTENTION = 38,
    MCUAI_EXPERTS = 39,
    MCUAI_EMBEDDING_PIECES = 40,
};

#define MCUAI_MAX_OPERATOR_TENSORS 16
#define MCUAI_NO_TENSOR            0xFFFFu

/* One operator of the program with its tensors resolved. */
typedef struct {
    uint16_t opcode;
    uint8_t layout;
    uint8_t input_count, output_count, parameter_count;
    const int32_t *parameters;
    void *scratch;
    uint32_t scratch_bytes;
    mcuai_tensor tensors[MCUAI_MAX_OPERATOR_TENSORS]; /* inputs, then outputs */
    const void *kernels;                              /* of its implementation, below */
    uint32_t rows;    /* of T, that this inference processes; operators of language models only */
    uint32_t *resume; /* where it goes on after a constant was missing (src/program.h), or null */
    const mcuai_model *model;
    mcuai_status *status; /* MCUAI_OK: what check and evaluate may say of a failure */
} mcuai_node;

typedef struct mcuai_operator {
    uint16_t opcode;
    uint8_t layout;  /* the weight layout that it reads, or MCUAI_ANY_LAYOUT */
    uint8_t weights; /* the mcuai_type of weights that it reads, or MCUAI_ANY_WEIGHTS */
    bool (*check)(const mcuai_node *node);
    void (*evaluate)(const mcuai_node *node);
    const void *kernels; /* what check and evaluate work with (weighted.h), or null */
} mcuai_operator;

#define MCUAI_ANY_LAYOUT  0xFF
#define MCUAI_ANY_WEIGHTS 0xFF

/* A constant that is no input of the operator. Refuses a number without a constant. Its bytes stay
 * until mcuai_forget. */
mcuai_status mcuai_constant(const mcuai_node *node, uint32_t tensor, mcuai_tensor *out);

/* The same without its bytes, for check; false where the number has no constant. */
bool mcuai_constant_shape(const mcuai_node *node, uint32_t tensor, mcuai_tensor *out);

/* The constants brought so far are not used any more. */
void mcuai_forget(const mcuai_node *node);

/* This constant is wanted after the present ones; of a number without a constant, none is. */
void mcuai_expect(const mcuai_node *node, uint32_t tensor);

static inline const mcuai_tensor *mcuai_node_input(const mcuai_node *node, uint32_t index) {
    return &node->tensors[index];
}

static inline const mcuai_tensor *mcuai_node_output(const mcuai_node *node, uint32_t index) {
    return &node->tensors[node->input_count + index];
}

/* Product of the four dimensions; they were checked to fit. */
static inline uint32_t mcuai_elements(const mcuai_tensor *tensor) {
    return (uint32_t)(tensor->dims[0] * tensor->dims[1] * tensor->dims[2] * tensor->dims[3]);
}

/* Whether counts and parameters are as stated and all tensors are present. */
static inline bool mcuai_node_has(const mcuai_node *node, uint32_t inputs, uint32_t outputs,
                                  uint32_t parameters) {
    if (node->input_count != inputs || node->output_count != outputs ||
        node->parameter_count != parameters)
        return false;
    for (uint32_t i = 0; i < inputs + outputs; i++)
        if (!node->tensors[i].data)
            return false;
    return true;
}

static inline bool mcuai_same_dims(const mcuai_tensor *a, const mcuai_tensor *b) {
    for (int i = 0; i < MCUAI_MAX_RANK; i++)
        if (a->dims[i] != b->dims[i])
            return false;
    return true;
}

static inline bool mcuai_in_range(int32_t x, int32_t low, int32_t high) {
    return low <= x && x <= high;
}

/* Whether these are the bounds of an int8 activation. */
static inline bool mcuai_activation_ok(int32_t low, int32_t high) {
    return -128 <= low && low <= high && high <= 127;
}

/* Whether (multiplier, shift) is a requantization that mcuai_requantize can do. */
static inline bool mcuai_factor_ok(int32_t multiplier, int32_t shift) {
    return multiplier >= 0 && mcuai_in_range(shift, -31, 30);
}

#endif
