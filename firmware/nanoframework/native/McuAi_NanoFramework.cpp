/* The table of native methods: those of McuAi.Kernels, which come first, and nulls for all managed methods of the assembly, as
 * the runtime looks up every one. `mcuai nanoframework checksum` of the assembly tells their number and the checksum, which every
 * method changes that is added or has other parameters, and a test compares both with these. */
#include "McuAi_NanoFramework.h"

typedef Library_McuAi_NanoFramework_McuAi_Kernels Kernels;

enum { METHODS = 194 };

static const CLR_RT_MethodHandler method_lookup[METHODS] = {
    Kernels::StatusText___STATIC__I4__I4__SZARRAY_U1,
    Kernels::Crc32C___STATIC__I4__SZARRAY_U1__I4__I4__I4,
    Kernels::WriteElements___STATIC__I4__SZARRAY_U1__I4__SZARRAY_I1__I4,
    Kernels::ReadElements___STATIC__I4__SZARRAY_U1__I4__SZARRAY_I1__I4,
    Kernels::Map___STATIC__I4__SZARRAY_U1,
    Kernels::MappedBytes___STATIC__I4__I4,
    Kernels::ReadMapped___STATIC__I4__I4__I4__SZARRAY_U1__I4__I4,
    Kernels::Unmap___STATIC__I4__I4,
    Kernels::CheckManifest___STATIC__I4__SZARRAY_U1__I4,
    Kernels::CheckOperator___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4__I4__I4,
    Kernels::RunOperator___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4__I4__I4__I4,
    Kernels::Reset___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1,
    Kernels::SpotterBytes___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1,
    Kernels::SpotterOpen___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1,
    Kernels::SpotterRate___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1,
    Kernels::SpotterReset___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1,
    Kernels::SpotterTake___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I2__I4__I4__SZARRAY_I4,
    Kernels::SpotterJudge___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4,
    Kernels::DetectorBytes___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1,
    Kernels::DetectorChannels___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1,
    Kernels::DetectorOpen___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1,
    Kernels::DetectorRate___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1,
    Kernels::DetectorReset___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1,
    Kernels::DetectorTake___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I2__I4__I4__SZARRAY_I4,
    Kernels::DetectorJudge___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4,
    Kernels::LanguageOpen___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_I4,
    Kernels::LanguageFeed___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_I4__I4__I4__I4,
    Kernels::SamplerOpen___STATIC__I4__SZARRAY_I4__I4__I4__I4__I4,
    Kernels::Sample___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_I4__I4__SZARRAY_I4,
    Kernels::TokenizerOpen___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_I4,
    Kernels::EncodeScratch___STATIC__I4__SZARRAY_U1,
    Kernels::Encode___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__SZARRAY_U1__SZARRAY_I4__SZARRAY_I4,
    Kernels::Decode___STATIC__I4__SZARRAY_U1__I4__SZARRAY_U1__I4__I4__SZARRAY_U1,
};

// clang-format off
/* nf-interpreter reads this text with a regular expression of its build. */
const CLR_RT_NativeAssemblyData g_CLR_AssemblyNative_McuAi_NanoFramework =
{
    "McuAi.NanoFramework",
    0x39C04A33,
    method_lookup,
    { 0, 1, 0, 0 }
};
// clang-format on
