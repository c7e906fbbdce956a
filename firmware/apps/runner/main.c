/* Runs the pack on every input of a block behind the image, and reports outputs, ticks, arena and
 * stack on the console.
 *
 * The block is put there by an emulator's loader or by the flasher: u32 magic 'TSKI', u32 count,
 * u32 bytes per inference, u32 0, then the inputs, all model inputs of one inference one after
 * another. Without a block there is one inference on zeros. */
#include <mcuai/mcuai.h>

#include <string.h>

#include "pack.h"
#include "port.h"
#include "report.h"

typedef struct {
    uint32_t magic, count, bytes_per_inference, reserved;
    uint8_t data[];
} input_block;

#define MAGIC UINT32_C(0x494B5354)

extern const input_block mcuai_inputs;

static mcuai_model model;
static uint64_t interval_start;

static void report_outputs(void) {
    report_word("mcuai output");
    mcuai_tensor tensor;
    for (uint32_t i = 0; (tensor = mcuai_output(&model, i)).data; i++)
        report_hex(tensor.data, tensor.bytes);
    report_end();
}

static uint32_t input_bytes(void) {
    uint32_t bytes = 0;
    mcuai_tensor tensor;
    for (uint32_t i = 0; (tensor = mcuai_input(&model, i)).data; i++)
        bytes += tensor.bytes;
    return bytes;
}

/* Null: zeros */
static void write_inputs(const uint8_t *data) {
    mcuai_tensor tensor;
    for (uint32_t i = 0; (tensor = mcuai_input(&model, i)).data; i++) {
        if (!data) {
            memset(tensor.data, 0, tensor.bytes);
            continue;
        }
        memcpy(tensor.data, data, tensor.bytes);
        data += tensor.bytes;
    }
}

static mcuai_status infer(const uint8_t *data, uint32_t index) {
    write_inputs(data);
    const uint64_t start = mcuai_port_ticks_edge();
    const mcuai_status status = mcuai_invoke(&model);
    const uint64_t ticks = mcuai_port_ticks() - start;
    if (status == MCUAI_OK) {
        report_outputs();
        report_pair("ticks", index, (int64_t)ticks);
    }
    return status;
}

static void trace(void *context, uint32_t operator_index) {
    const uint64_t now = mcuai_port_ticks();
    (void)context;
    if (operator_index < mcuai_pack_operator_count)
        mcuai_pack_operator_ticks[operator_index] = (uint32_t)(now - interval_start);
    interval_start = mcuai_port_ticks_edge();
}

/* Runs the first input once more, by operator; after everything else, because it changes the
 * model's states. */
static mcuai_status trace_operators(const uint8_t *data) {
    mcuai_status status = mcuai_pack_open(&model, NULL, trace);
    if (status != MCUAI_OK)
        return status;
    write_inputs(data);
    interval_start = mcuai_port_ticks_edge();
    status = mcuai_invoke(&model);
    for (uint32_t i = 0; i < mcuai_pack_operator_count; i++)
        report_pair("operator", i, (int64_t)mcuai_pack_operator_ticks[i]);
    return status;
}

static mcuai_status run(void) {
    const int has_block = mcuai_inputs.magic == MAGIC;
    const uint8_t *data = has_block ? mcuai_inputs.data : NULL;
    const uint32_t count = has_block ? mcuai_inputs.count : 1;
    mcuai_status status = mcuai_pack_open(&model, NULL, NULL);
    if (status == MCUAI_OK && has_block && mcuai_inputs.bytes_per_inference != input_bytes())
        status = MCUAI_ERROR_ARGUMENT;
    if (status != MCUAI_OK)
        return status;
    report_figure("arena", mcuai_pack_arena_bytes);
    for (uint32_t i = 0; i < count && status == MCUAI_OK; i++)
        status = infer(data ? data + i * mcuai_inputs.bytes_per_inference : NULL, i);
    report_figure("stack", mcuai_port_stack_used());
    return status == MCUAI_OK ? trace_operators(data) : status;
}

int main(void) {
    mcuai_port_stack_paint();
    mcuai_port_ticks_start();
    const mcuai_status status = run();
    report_done(status, NULL);
    for (;;)
        mcuai_port_idle();
}
