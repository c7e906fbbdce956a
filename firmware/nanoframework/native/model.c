/* Opening a pack, and its operators one by one. */
#include "attach.h"

#include "../../core/src/crc32c.h"
#include "../../core/src/program.h"

#include <string.h>

uint32_t mcuai_managed_crc32c(uint32_t crc, const uint8_t *data, uint32_t bytes) {
    return mcuai_crc32c(crc, data, bytes);
}

int32_t mcuai_managed_status_text(int32_t status, uint8_t *text, uint32_t text_bytes) {
    const char *sentence = mcuai_status_text((mcuai_status)status);
    const uint32_t length = (uint32_t)strlen(sentence), bytes = length < text_bytes ? length : text_bytes;
    memcpy(text, sentence, bytes);
    return (int32_t)bytes;
}

int32_t mcuai_managed_open(const mcuai_managed_pack *pack) {
    mcuai_managed_model managed;
    const mcuai_status status = mcuai_managed_locate(&managed, pack);
    return status == MCUAI_OK ? (int32_t)mcuai_check_manifest(&managed.model) : (int32_t)status;
}

/* Whether these are an operator's number and a place where a record lies inside of the program. */
static bool is_record(const mcuai_model *model, uint32_t index, uint32_t offset) {
    return index < model->operator_count && offset % 4 == 0 && offset < model->operators_bytes &&
           mcuai_operator_is_whole(model, offset);
}

static int32_t answer(const mcuai_managed_model *managed, mcuai_status status) {
    return status != MCUAI_OK && managed->missing >= 0 ? 1 + managed->missing : (int32_t)status;
}

int32_t mcuai_managed_check(const mcuai_managed_pack *pack, uint32_t index, uint32_t offset) {
    mcuai_managed_model managed;
    mcuai_status status = mcuai_managed_attach_weights(&managed, pack);
    if (status == MCUAI_OK && !is_record(&managed.model, index, offset))
        status = MCUAI_ERROR_ARGUMENT;
    if (status != MCUAI_OK)
        return status;
    status = mcuai_check_operator(&managed.model, index, offset);
    return answer(&managed, status);
}

int32_t mcuai_managed_run(const mcuai_managed_pack *pack, uint32_t index, uint32_t offset, uint32_t rows) {
    mcuai_managed_model managed;
    mcuai_status status = mcuai_managed_attach_weights(&managed, pack);
    if (status == MCUAI_OK && (rows == 0 || !is_record(&managed.model, index, offset)))
        status = MCUAI_ERROR_ARGUMENT;
    if (status != MCUAI_OK)
        return status;
    int32_t *residency = pack->residency;
    uint32_t resume = residency ? (uint32_t)residency[MCUAI_RESIDENCY_RESUME] : 0;
    status = mcuai_run_operator(&managed.model, index, offset, rows, &resume);
    if (residency)
        residency[MCUAI_RESIDENCY_RESUME] = status == MCUAI_OK ? 0 : (int32_t)resume;
    return answer(&managed, status);
}

int32_t mcuai_managed_reset(const mcuai_managed_pack *pack) {
    mcuai_managed_model managed;
    const mcuai_status status = mcuai_managed_attach(&managed, pack);
    if (status == MCUAI_OK)
        mcuai_reset(&managed.model);
    return status;
}
