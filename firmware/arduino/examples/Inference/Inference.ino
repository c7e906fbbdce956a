/* Runs the model of pack.h once on zeros, and writes its outputs on the serial monitor at 115200 baud. */
#include <McuAi.h>

#include "pack.h"

static uint8_t arena[MCUAI_PACK_ARENA_BYTES] __attribute__((aligned(16)));
static mcuai_model model;

static void printOutputs() {
    mcuai_tensor tensor;
    Serial.print("mcuai output ");
    for (uint32_t i = 0; (tensor = mcuai_output(&model, i)).data; i++) {
        const uint8_t *bytes = (const uint8_t *)tensor.data;
        for (uint32_t k = 0; k < tensor.bytes; k++) {
            Serial.print(bytes[k] >> 4, HEX);
            Serial.print(bytes[k] & 15, HEX);
        }
    }
    Serial.println();
}

static mcuai_status run() {
    mcuai_config config = {};
    config.pack = mcuai_pack;
    config.pack_bytes = sizeof mcuai_pack;
    config.arena = arena;
    config.arena_bytes = sizeof arena;
    config.operators = mcuai_all_operators;
    mcuai_status status = mcuai_open(&model, &config);
    if (status != MCUAI_OK)
        return status;
    mcuai_tensor tensor;
    for (uint32_t i = 0; (tensor = mcuai_input(&model, i)).data; i++)
        memset(tensor.data, 0, tensor.bytes);
    const unsigned long start = micros();
    status = mcuai_invoke(&model);
    const unsigned long took = micros() - start;
    if (status == MCUAI_OK) {
        printOutputs();
        Serial.print("mcuai microseconds ");
        Serial.println(took);
    }
    return status;
}

void setup() {
    Serial.begin(115200);
    const mcuai_status status = run();
    Serial.print("mcuai status ");
    Serial.print((int)status);
    Serial.print(" ");
    Serial.println(mcuai_status_text(status));
    Serial.println("mcuai done");
}

void loop() {
}
