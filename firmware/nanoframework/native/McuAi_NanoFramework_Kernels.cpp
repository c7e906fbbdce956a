/* Arguments of InternalCalls become those of managed.h. Native code gives managed code no other answer than a number: errors of
 * packs are negative and become exceptions there. Lengths were checked there; a range that is wrong all the same is refused. */
#include "McuAi_NanoFramework.h"

#include "managed.h"
#include "mapping.h"

typedef Library_McuAi_NanoFramework_McuAi_Kernels Kernels;

namespace {

/* An array argument, for the length of the call: the collector does not run meanwhile. Null stays null. */
template <typename T> struct Elements {
    T *data;
    uint32_t count;

    Elements(CLR_RT_StackFrame &stack, int argument) {
        CLR_RT_HeapBlock_Array *const array = stack.ArgN(argument).DereferenceArray();
        data = array ? (T *)array->GetFirstElement() : nullptr;
        count = array ? array->m_numOfElements : 0;
    }

    bool Has(int32_t index, int32_t length) const {
        return data && index >= 0 && length >= 0 && (uint32_t)index <= count && (uint32_t)length <= count - (uint32_t)index;
    }
};

int32_t Number(CLR_RT_StackFrame &stack, int argument) {
    return stack.ArgN(argument).NumericByRef().s4;
}

HRESULT Answer(CLR_RT_StackFrame &stack, int32_t number) {
    stack.SetResult_I4(number);
    return S_OK;
}

/* The first three arguments of most methods: manifest, mapping, arena. */
mcuai_managed_pack Opened(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> manifest(stack, 0), arena(stack, 2);
    return {manifest.data, manifest.count, Number(stack, 1), arena.data, arena.count, nullptr, 0, nullptr, 0};
}

/* With the next two of operators: weights, residency. */
mcuai_managed_pack WithWeights(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> weights(stack, 3);
    const Elements<int32_t> residency(stack, 4);
    mcuai_managed_pack pack = Opened(stack);
    pack.weights = weights.data;
    pack.weights_bytes = weights.count;
    pack.residency = residency.data;
    pack.residency_count = residency.count;
    return pack;
}

} // namespace

HRESULT Kernels::StatusText___STATIC__I4__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> text(stack, 1);
    return text.data ? Answer(stack, mcuai_managed_status_text(Number(stack, 0), text.data, text.count)) : CLR_E_ARGUMENT_NULL;
}

HRESULT Kernels::Crc32C___STATIC__I4__SZARRAY_U1__I4__I4__I4(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> data(stack, 0);
    const int32_t index = Number(stack, 1), count = Number(stack, 2), crc = Number(stack, 3);
    if (!data.Has(index, count))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, (int32_t)mcuai_managed_crc32c((uint32_t)crc, data.data + index, (uint32_t)count));
}

HRESULT Kernels::WriteElements___STATIC__I4__SZARRAY_U1__I4__SZARRAY_I1__I4(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> arena(stack, 0), elements(stack, 2);
    const int32_t offset = Number(stack, 1), count = Number(stack, 3);
    if (!arena.Has(offset, count) || !elements.Has(0, count))
        return CLR_E_OUT_OF_RANGE;
    memcpy(arena.data + offset, elements.data, (size_t)count);
    return Answer(stack, 0);
}

HRESULT Kernels::ReadElements___STATIC__I4__SZARRAY_U1__I4__SZARRAY_I1__I4(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> arena(stack, 0), elements(stack, 2);
    const int32_t offset = Number(stack, 1), count = Number(stack, 3);
    if (!arena.Has(offset, count) || !elements.Has(0, count))
        return CLR_E_OUT_OF_RANGE;
    memcpy(elements.data, arena.data + offset, (size_t)count);
    return Answer(stack, 0);
}

HRESULT Kernels::Map___STATIC__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> name(stack, 0);
    return Answer(stack, mcuai_map(name.data, name.count));
}

HRESULT Kernels::MappedBytes___STATIC__I4__I4(CLR_RT_StackFrame &stack) {
    return Answer(stack, mcuai_mapping_bytes(Number(stack, 0)));
}

HRESULT Kernels::ReadMapped___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> buffer(stack, 2);
    const int32_t mapping = Number(stack, 0), offset = Number(stack, 1), index = Number(stack, 3), count = Number(stack, 4);
    if (!buffer.Has(index, count) || offset < 0)
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_mapping_read(mapping, (uint32_t)offset, buffer.data + index, (uint32_t)count));
}

HRESULT Kernels::Unmap___STATIC__I4__I4(CLR_RT_StackFrame &stack) {
    return Answer(stack, mcuai_unmap(Number(stack, 0)));
}

HRESULT Kernels::CheckManifest___STATIC__I4__SZARRAY_U1__I4(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> manifest(stack, 0);
    const mcuai_managed_pack pack = {manifest.data, manifest.count, Number(stack, 1), nullptr, 0, nullptr, 0, nullptr, 0};
    return Answer(stack, mcuai_managed_open(&pack));
}

HRESULT Kernels::CheckOperator___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4__I4__I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = WithWeights(stack);
    return Answer(stack, mcuai_managed_check(&pack, (uint32_t)Number(stack, 5), (uint32_t)Number(stack, 6)));
}

HRESULT Kernels::RunOperator___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4__I4__I4__I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = WithWeights(stack);
    return Answer(stack, mcuai_managed_run(&pack, (uint32_t)Number(stack, 5), (uint32_t)Number(stack, 6), (uint32_t)Number(stack, 7)));
}

HRESULT Kernels::Reset___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    return Answer(stack, mcuai_managed_reset(&pack));
}

HRESULT Kernels::SpotterBytes___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    return Answer(stack, mcuai_managed_spotter_bytes(&pack));
}

HRESULT Kernels::SpotterOpen___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    return Answer(stack, mcuai_managed_spotter_open(&pack, state.data, state.count));
}

HRESULT Kernels::SpotterRate___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    return Answer(stack, mcuai_managed_spotter_rate(&pack, state.data, state.count));
}

HRESULT Kernels::SpotterReset___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    return Answer(stack, mcuai_managed_spotter_reset(&pack, state.data, state.count));
}

HRESULT Kernels::SpotterTake___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I2__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    const Elements<int16_t> samples(stack, 4);
    const int32_t index = Number(stack, 5), count = Number(stack, 6);
    const Elements<int32_t> results(stack, 7);
    if (!samples.Has(index, count) || !results.Has(0, MCUAI_SPOTTER_RESULTS))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_spotter_take(&pack, state.data, state.count, samples.data + index, (uint32_t)count,
                                                    results.data));
}

HRESULT Kernels::SpotterJudge___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    const Elements<int32_t> results(stack, 4);
    if (!results.Has(0, MCUAI_SPOTTER_RESULTS))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_spotter_judge(&pack, state.data, state.count, results.data));
}

HRESULT Kernels::DetectorBytes___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    return Answer(stack, mcuai_managed_detector_bytes(&pack));
}

HRESULT Kernels::DetectorChannels___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    return Answer(stack, mcuai_managed_detector_channels(&pack));
}

HRESULT Kernels::DetectorOpen___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    return Answer(stack, mcuai_managed_detector_open(&pack, state.data, state.count));
}

HRESULT Kernels::DetectorRate___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    return Answer(stack, mcuai_managed_detector_rate(&pack));
}

HRESULT Kernels::DetectorReset___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    return Answer(stack, mcuai_managed_detector_reset(&pack, state.data, state.count));
}

HRESULT Kernels::DetectorTake___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I2__I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    const Elements<int16_t> samples(stack, 4);
    const int32_t index = Number(stack, 5), count = Number(stack, 6);
    const Elements<int32_t> results(stack, 7);
    const int32_t channels = mcuai_managed_detector_channels(&pack);
    if (channels < 0)
        return Answer(stack, channels);
    if (count < 0 || count > INT32_MAX / channels || !samples.Has(index, count * channels) ||
        !results.Has(0, MCUAI_DETECTOR_RESULTS))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_detector_take(&pack, state.data, state.count, samples.data + index, (uint32_t)count,
                                                     results.data));
}

HRESULT Kernels::DetectorJudge___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> state(stack, 3);
    const Elements<int32_t> results(stack, 4);
    if (!results.Has(0, MCUAI_DETECTOR_RESULTS))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_detector_judge(&pack, state.data, state.count, results.data));
}

HRESULT Kernels::LanguageOpen___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<int32_t> sizes(stack, 3);
    if (!sizes.Has(0, MCUAI_LANGUAGE_SIZES))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_language_open(&pack, sizes.data));
}

HRESULT Kernels::LanguageFeed___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_I4__I4__I4__I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<int32_t> tokens(stack, 3);
    const int32_t index = Number(stack, 4), count = Number(stack, 5);
    if (!tokens.Has(index, count))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_language_feed(&pack, tokens.data + index, (uint32_t)count, (uint32_t)Number(stack, 6)));
}

HRESULT Kernels::SamplerOpen___STATIC__I4__SZARRAY_I4__I4__I4__I4__I4(CLR_RT_StackFrame &stack) {
    const Elements<int32_t> sampler(stack, 0);
    if (!sampler.Has(0, MCUAI_SAMPLER_FIELDS))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_sampler_open(sampler.data, (uint32_t)Number(stack, 1), (uint32_t)Number(stack, 2),
                                                    (uint32_t)Number(stack, 3), (uint32_t)Number(stack, 4)));
}

HRESULT Kernels::Sample___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_I4__I4__SZARRAY_I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<int32_t> sampler(stack, 3), scratch(stack, 5);
    if (!sampler.Has(0, MCUAI_SAMPLER_FIELDS))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_sample(&pack, sampler.data, (uint32_t)Number(stack, 4), scratch.data, scratch.count));
}

HRESULT Kernels::TokenizerOpen___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<int32_t> facts(stack, 3);
    if (!facts.Has(0, MCUAI_TOKENIZER_FACTS))
        return CLR_E_OUT_OF_RANGE;
    return Answer(stack, mcuai_managed_tokenizer_open(&pack, facts.data));
}

HRESULT Kernels::EncodeScratch___STATIC__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const Elements<uint8_t> text(stack, 0);
    return text.data ? Answer(stack, mcuai_managed_encode_scratch(text.data, text.count)) : CLR_E_ARGUMENT_NULL;
}

HRESULT Kernels::Encode___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4__SZARRAY_I4(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> text(stack, 3);
    const Elements<int32_t> tokens(stack, 4), scratch(stack, 5);
    if (!text.data || !tokens.data || !scratch.data)
        return CLR_E_ARGUMENT_NULL;
    return Answer(stack, mcuai_managed_encode(&pack, text.data, text.count, tokens.data, tokens.count, scratch.data, scratch.count));
}

HRESULT Kernels::Decode___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__I4__I4__SZARRAY_U1(CLR_RT_StackFrame &stack) {
    const mcuai_managed_pack pack = Opened(stack);
    const Elements<uint8_t> text(stack, 5);
    if (!text.data)
        return CLR_E_ARGUMENT_NULL;
    return Answer(stack, mcuai_managed_decode(&pack, Number(stack, 3), Number(stack, 4), text.data, text.count));
}
