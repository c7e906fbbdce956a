/* The steps of mcuai_open and mcuai_invoke one by one, for a caller that walks the program itself:
 * the managed runtime, which fetches shards and lets other threads run between two operators. */
#ifndef MCUAI_PROGRAM_H
#define MCUAI_PROGRAM_H

#include "manifest.h"

/* Checks the whole manifest that model->config names, but for what needs an operator's constants:
 * then the offsets of all records are right. */
mcuai_status mcuai_check_manifest(mcuai_model *model);

/* Fills the tables of a model whose manifest was checked, and may have moved since. */
void mcuai_attach(mcuai_model *model);

/* Operator `index`, whose record is at `offset` of the program. */
mcuai_status mcuai_check_operator(const mcuai_model *model, uint32_t index, uint32_t offset);

/* Runs an operator that was checked. If the store has not got a constant of it, its error is
 * returned, and *resume says where the operator has to go on: 0 at first and after success. */
mcuai_status mcuai_run_operator(const mcuai_model *model, uint32_t index, uint32_t offset,
                                uint32_t rows, uint32_t *resume);

#endif
