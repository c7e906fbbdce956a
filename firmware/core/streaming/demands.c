#include "shard_table.h"

enum { EXPERT_COUNT = 0, FIRST_EXPERT = 8, MATRICES_OF_EXPERT = 3 };
enum { PIECES = 1, FIRST_PIECE = 2 };

static mcuai_status groups(const mcuai_model *model, int32_t first, int32_t count, uint32_t size,
                           mcuai_demands *demands) {
    const mcuai_tensor_record *records = mcuai_tensor_records(model);
    if (first < 0 || count < 1 ||
        (uint64_t)(uint32_t)first + (uint64_t)(uint32_t)count * size > model->tensor_count)
        return MCUAI_ERROR_OPERATOR;
    *demands = (mcuai_demands){(uint32_t)first, (uint32_t)count, size};
    for (uint32_t i = 0; i < demands->groups * size; i++)
        if (records[demands->first + i].place != MCUAI_PLACE_SHARD)
            return MCUAI_ERROR_OPERATOR;
    return MCUAI_OK;
}

mcuai_status mcuai_demands_of(const mcuai_model *model, const mcuai_operator_record *record,
                              mcuai_demands *demands) {
    const int32_t *p = (const void *)((const uint8_t *)record + mcuai_operator_head_bytes(record));
    *demands = (mcuai_demands){0, 0, 0};
    if (record->opcode == MCUAI_EXPERTS)
        return record->parameter_count > FIRST_EXPERT
                   ? groups(model, p[FIRST_EXPERT], p[EXPERT_COUNT], MATRICES_OF_EXPERT, demands)
                   : MCUAI_ERROR_OPERATOR;
    if (record->opcode == MCUAI_EMBEDDING_PIECES)
        return record->parameter_count > FIRST_PIECE
                   ? groups(model, p[FIRST_PIECE], p[PIECES], 1, demands)
                   : MCUAI_ERROR_OPERATOR;
    return MCUAI_OK;
}
