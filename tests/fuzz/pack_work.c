/* How long an inference would take: a hostile pack may be sound and still ask for years. */
#include "pack_layout.h"

static uint64_t product(uint64_t a, uint64_t b) {
    return a != 0 && b > (UINT64_C(1) << 40) / a ? UINT64_C(1) << 40 : a * b;
}

static uint64_t elements(const uint8_t *tensor) {
    uint64_t count = 1;
    for (int i = 0; i < 4; i++)
        count = product(count, get32(tensor + 4 + 4 * i));
    return count;
}

/* An output element costs at most as much as all weights, or all of the input, or the window that
 * parameters give. */
static uint64_t operator_work(const uint8_t *pack, size_t size, size_t record) {
    const uint32_t inputs = pack[record + 3], outputs = pack[record + 4];
    const uint8_t *numbers = pack + operator_tensors(record);
    uint64_t in = 1, out = 1, last_dims = 1;
    for (uint32_t i = 0; i < inputs + outputs; i++) {
        const size_t tensor = tensor_at(pack, size, get16(numbers + 2 * i));
        if (tensor == 0)
            continue;
        const uint64_t count = elements(pack + tensor);
        if (i >= inputs)
            out += count;
        else
            in += count;
        if (i == 1 && inputs == 2)
            last_dims = get32(pack + tensor + 4); /* rows of a convolution share the weights out */
    }
    const uint32_t opcode = get16(pack + record);
    if (opcode == 1 && last_dims != 0) /* conv_2d: [O,KH,KW,C] */
        return product(out, in / last_dims + 8);
    if (opcode == 7 || opcode == 8 || opcode == 13 || opcode == 15) /* elementwise */
        return 4 * (in + out);
    return product(out, in);
}

uint64_t estimate_work(const uint8_t *pack, size_t size) {
    uint64_t work = 0;
    for (uint32_t i = 0; i < get16(pack + OPERATOR_COUNT_FIELD); i++) {
        const size_t record = operator_at(pack, size, i);
        work += record == 0 ? 0 : operator_work(pack, size, record);
    }
    return work;
}
