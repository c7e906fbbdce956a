/* McuAi core: runs a .tsk pack in fixed point. C99, freestanding: no heap, no floating point, no recursion; all
 * buffers come from the caller. docs/pack-format.md specifies the pack, docs/arithmetic.md every operator.
 *
 *     static uint8_t arena[ARENA_BYTES] __attribute__((aligned(16)));
 *     mcuai_model model;
 *     mcuai_config config = {
 *         .pack = pack, .pack_bytes = pack_bytes,
 *         .arena = arena, .arena_bytes = sizeof arena,
 *         .operators = mcuai_all_operators,
 *     };
 *     mcuai_status status = mcuai_open(&model, &config);
 *     memcpy(mcuai_input(&model, 0).data, samples, ...);
 *     status = mcuai_invoke(&model);
 *     ... mcuai_output(&model, 0).data ...
 */
#ifndef MCUAI_MCUAI_H
#define MCUAI_MCUAI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Errors are negative. mcuai_status_text gives a sentence for each. */
typedef enum {
    MCUAI_OK = 0,
    MCUAI_ERROR_ARGUMENT = -1,         /* a null or misaligned buffer, an index out of range */
    MCUAI_ERROR_NOT_A_PACK = -2,       /* wrong magic */
    MCUAI_ERROR_VERSION = -3,          /* made for a newer core */
    MCUAI_ERROR_TRUNCATED = -4,        /* shorter than its header says */
    MCUAI_ERROR_MANIFEST = -5,         /* manifest damaged: checksum, offset or count */
    MCUAI_ERROR_TENSOR = -6,           /* a tensor record outside its place, of unknown type, of wrong size */
    MCUAI_ERROR_OPERATOR = -7,         /* an operator record that does not fit its tensors */
    MCUAI_ERROR_UNKNOWN_OPERATOR = -8, /* not linked into this image */
    MCUAI_ERROR_ARENA = -9,            /* the arena is smaller than the pack needs */
    MCUAI_ERROR_SHARD = -10,           /* a shard's checksum does not match, also when it is read again */
    MCUAI_ERROR_READ = -11,            /* the device could not be read */
    MCUAI_ERROR_CACHE = -12,           /* the cache is smaller than the shards of one operator */
    MCUAI_ERROR_FRONT_END = -13,       /* the audio front end's tables: a setting out of range, a table outside */
    MCUAI_ERROR_NOT_READY = -14,       /* fewer audio frames than a window has */
    MCUAI_ERROR_DETECTOR = -15,        /* the anomaly detector's tables: out of range, or not made for the model */
    MCUAI_ERROR_SPOTTER = -16,         /* no keyword spotter: settings, labels or the model's ports do not fit */
    MCUAI_ERROR_TOKENIZER = -17,       /* the tokenizer's record: a setting out of range, a table outside */
    MCUAI_ERROR_BUFFER = -18,          /* a buffer of the caller is too small for the text */
    MCUAI_ERROR_LANGUAGE = -19,        /* no language model: its ports do not fit */
    MCUAI_ERROR_CONTEXT = -20,         /* more tokens than the language model's context has left */
} mcuai_status;

const char *mcuai_status_text(mcuai_status status);

/* Element types of tensors, as stored in a pack. */
typedef enum {
    MCUAI_INT8 = 1,
    MCUAI_INT16 = 2,
    MCUAI_INT32 = 3,
    MCUAI_INT4 = 4,
    MCUAI_INT2 = 5,
    MCUAI_UINT8 = 6,
} mcuai_type;

#define MCUAI_MAX_RANK 4

/* A tensor as operators see it. dims beyond the rank are 1 and stand in front: a vector of n is {1, 1, 1, n}. */
typedef struct {
    void *data; /* null for an absent optional tensor */
    uint32_t bytes;
    int32_t dims[MCUAI_MAX_RANK];
    int32_t zero_point;
    uint8_t type; /* mcuai_type */
    uint8_t rank; /* as the model has it, for the outside */
    uint8_t is_constant;
} mcuai_tensor;

struct mcuai_operator;
struct mcuai_store;

/* Called after each operator; for profiling. */
typedef void (*mcuai_trace_fn)(void *context, uint32_t operator_index);

typedef struct {
    /* The pack in memory (RAM or memory-mapped flash), 16-byte aligned; weights are used in place. Where the pack is
     * elsewhere, `pack` holds only its manifest, and the store brings shards to memory (mcuai/store.h). */
    const void *pack;
    uint32_t pack_bytes;
    struct mcuai_store *store; /* null: the whole pack is at `pack` */

    void *arena; /* 16-byte aligned, at least mcuai_arena_bytes */
    uint32_t arena_bytes;
    const struct mcuai_operator *const *operators; /* null-terminated */
    mcuai_trace_fn trace;                          /* may be null */
    void *trace_context;
} mcuai_config;

/* Sizes and tables of an opened pack. Members are the core's own; use the functions. */
typedef struct {
    mcuai_config config;
    const uint8_t *tensors, *operators, *shards, *inputs, *outputs;
    uint32_t pack_bytes, operators_bytes, arena_bytes, cache_bytes;
    uint16_t tensor_count, operator_count, shard_count, input_count, output_count;
} mcuai_model;

/* Checks a manifest of at least 64 bytes and tells the arena that its pack needs; negative on error. */
int32_t mcuai_arena_bytes(const void *pack, uint32_t pack_bytes);

/* Checks the whole manifest, every tensor and operator, and clears the state tensors. Nothing that mcuai_invoke does
 * later can leave the buffers given here. */
mcuai_status mcuai_open(mcuai_model *model, const mcuai_config *config);

/* Compares every shard with its CRC-32C: as long as reading the pack once. */
mcuai_status mcuai_verify(const mcuai_model *model);

/* Sets the state tensors back to zero. */
void mcuai_reset(const mcuai_model *model);

mcuai_status mcuai_invoke(const mcuai_model *model);

/* The same for a language model on its first `rows` tokens, of as many as it takes at once; at least 1. What belongs to
 * the other rows, of the output too, is left as it is. */
mcuai_status mcuai_invoke_rows(const mcuai_model *model, uint32_t rows);

/* Inputs and outputs, in the order of the model. Inputs have to be written before each inference: an operator may
 * reuse their memory. `data` is null when index is out of range. */
mcuai_tensor mcuai_input(const mcuai_model *model, uint32_t index);
mcuai_tensor mcuai_output(const mcuai_model *model, uint32_t index);

/* A metadata entry of an opened pack, in place: 4-byte aligned where the length of its key, padding included, is a
 * multiple of 4. Null if there is none. */
const void *mcuai_metadata(const mcuai_model *model, const char *key, uint32_t *bytes);

/* Every operator of this core for the CPU that it was built for. An image made for one pack has a table of its own. */
extern const struct mcuai_operator *const mcuai_all_operators[];

#ifdef __cplusplus
}
#endif

#endif
