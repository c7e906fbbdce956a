/* Runs a pack on every input behind it, and reports the outputs as firmware/apps/runner does. */
#include <mcuai/mcuai.h>

#include <string.h>

#include "port.h"
#include "report.h"

extern const uint8_t pack_begin[], pack_end[], inputs_begin[], inputs_end[];

static uint8_t arena[1 << 20] __attribute__((aligned(16)));
static mcuai_model model;

/* The simulator's call to write: file 1 is the console. */
void mcuai_port_write(const char *text, size_t bytes) {
    register int call __asm__("a2") = 4;
    register int file __asm__("a3") = 1;
    register const char *from __asm__("a4") = text;
    register size_t count __asm__("a5") = bytes;
    __asm__ volatile("simcall" : "+r"(call), "+r"(file) : "r"(from), "r"(count) : "memory");
}

static mcuai_status infer(const uint8_t **data) {
    mcuai_tensor tensor;
    for (uint32_t i = 0; (tensor = mcuai_input(&model, i)).data; *data += tensor.bytes, i++)
        memcpy(tensor.data, *data, tensor.bytes);
    const mcuai_status status = mcuai_invoke(&model);
    report_word("mcuai output");
    for (uint32_t i = 0; (tensor = mcuai_output(&model, i)).data; i++)
        report_hex(tensor.data, tensor.bytes);
    report_end();
    return status;
}

static mcuai_status run(void) {
    const mcuai_config config = {
        .pack = pack_begin,
        .pack_bytes = (uint32_t)(pack_end - pack_begin),
        .arena = arena,
        .arena_bytes = sizeof arena,
        .operators = mcuai_all_operators,
    };
    const uint8_t *data = inputs_begin;
    mcuai_status status = mcuai_open(&model, &config);
    if (status == MCUAI_OK)
        status = mcuai_verify(&model);
    while (status == MCUAI_OK && data < inputs_end)
        status = infer(&data);
    return status;
}

int main(void) {
    report_done(run(), NULL);
    return 0;
}
