/* table: x int8, table int8 [256]; output int8 of as many elements as x: y = table[x as an unsigned
 * byte]. Every function of one int8 value is computed so: the converter fills the table. */
#include "elements.h"

static bool check(const mcuai_node *node) {
    if (!mcuai_node_has(node, 2, 1, 0))
        return false;
    const mcuai_tensor *x = mcuai_node_input(node, 0), *table = mcuai_node_input(node, 1);
    const mcuai_tensor *y = mcuai_node_output(node, 0);
    return mcuai_plain_of(x, MCUAI_INT8) && mcuai_plain_of(table, MCUAI_INT8) &&
           mcuai_elements(table) == 256 && y->type == MCUAI_INT8 &&
           mcuai_elements(x) == mcuai_elements(y);
}

static void evaluate(const mcuai_node *node) {
    const uint8_t *x = mcuai_node_input(node, 0)->data;
    const int8_t *table = mcuai_node_input(node, 1)->data;
    int8_t *y = mcuai_node_output(node, 0)->data;
    for (uint32_t count = mcuai_node_output(node, 0)->bytes; count > 0; count--)
        *y++ = table[*x++];
}

const mcuai_operator mcuai_operator_table = {MCUAI_TABLE, MCUAI_ANY_LAYOUT, MCUAI_ANY_WEIGHTS,
                                             check,       evaluate,         NULL};
