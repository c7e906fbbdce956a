#include <mcuai/mcuai.h>

const char *mcuai_status_text(mcuai_status status) {
    switch (status) {
    case MCUAI_OK:
        return "ok";
    case MCUAI_ERROR_ARGUMENT:
        return "an argument is null, misaligned or out of range";
    case MCUAI_ERROR_NOT_A_PACK:
        return "this is not a pack: it does not begin with TSK1";
    case MCUAI_ERROR_VERSION:
        return "the pack was made for a newer core; update the firmware";
    case MCUAI_ERROR_TRUNCATED:
        return "the pack is shorter than its header says";
    case MCUAI_ERROR_MANIFEST:
        return "the pack's manifest is damaged";
    case MCUAI_ERROR_TENSOR:
        return "a tensor of the pack has a wrong type, size or place";
    case MCUAI_ERROR_OPERATOR:
        return "an operator of the pack does not fit its tensors";
    case MCUAI_ERROR_UNKNOWN_OPERATOR:
        return "the pack uses an operator that is not in this image";
    case MCUAI_ERROR_ARENA:
        return "the arena is smaller than the pack needs";
    case MCUAI_ERROR_SHARD:
        return "a shard of the pack is damaged: its checksum does not match";
    case MCUAI_ERROR_READ:
        return "a shard of the pack could not be read from its device";
    case MCUAI_ERROR_CACHE:
        return "the cache is smaller than the shards that one operator needs at once";
    case MCUAI_ERROR_FRONT_END:
        return "the tables of the audio front end are damaged";
    case MCUAI_ERROR_NOT_READY:
        return "fewer audio frames have come than a window has";
    case MCUAI_ERROR_DETECTOR:
        return "the tables of the anomaly detector are damaged or not made for the pack's model";
    case MCUAI_ERROR_SPOTTER:
        return "the pack is no keyword spotter: its settings, labels, front end and model do not fit each other";
    case MCUAI_ERROR_TOKENIZER:
        return "the record of the tokenizer is damaged";
    case MCUAI_ERROR_BUFFER:
        return "a buffer for the text's tokens, or the scratch, is too small";
    case MCUAI_ERROR_LANGUAGE:
        return "the pack is no language model: its inputs and output are not tokens, position and logits";
    case MCUAI_ERROR_CONTEXT:
        return "the text is longer than the model's context; give a shorter prompt, or ask for fewer tokens";
    }
    return "unknown status";
}
