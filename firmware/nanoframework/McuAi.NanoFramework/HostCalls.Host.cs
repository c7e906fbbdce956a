using System.Runtime.InteropServices;

namespace McuAi.NanoFramework
{
    /// <summary>The functions of firmware/ports/host/managed.c. Whoever loads the assembly tells where the library is, by
    /// <see cref="NativeLibrary.SetDllImportResolver"/>, or puts it beside the assembly.</summary>
    internal static class HostCalls
    {
        internal const string Library = "mcuai_core";

        [DllImport(Library, EntryPoint = "mcuai_host_managed_status_text")]
        internal static extern int StatusText(int status, byte[] text, int textLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_crc32c")]
        internal static extern int Crc32C(int crc, byte[] data, int index, int count);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_map")]
        internal static extern int Map(byte[] name, int nameLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_mapped_bytes")]
        internal static extern int MappedBytes(int mapping);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_read_mapped")]
        internal static extern int ReadMapped(int mapping, int offset, byte[] buffer, int index, int count);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_unmap")]
        internal static extern int Unmap(int mapping);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_open")]
        internal static extern int CheckManifest(
            byte[] manifest, int manifestBytes, int mapping, byte[] arena, int arenaBytes);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_check")]
        internal static extern int CheckOperator(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] weights,
            int weightsLength, int[] residency, int residencyLength, int index, int offset);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_run")]
        internal static extern int RunOperator(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] weights,
            int weightsLength, int[] residency, int residencyLength, int index, int offset, int rows);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_reset")]
        internal static extern int Reset(byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_spotter_bytes")]
        internal static extern int SpotterBytes(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_spotter_open")]
        internal static extern int SpotterOpen(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_spotter_rate")]
        internal static extern int SpotterRate(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_spotter_reset")]
        internal static extern int SpotterReset(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_spotter_take")]
        internal static extern int SpotterTake(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength,
            short[] samples, int index, int count, int[] results);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_spotter_judge")]
        internal static extern int SpotterJudge(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength,
            int[] results);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_detector_bytes")]
        internal static extern int DetectorBytes(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_detector_channels")]
        internal static extern int DetectorChannels(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_detector_open")]
        internal static extern int DetectorOpen(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_detector_rate")]
        internal static extern int DetectorRate(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_detector_reset")]
        internal static extern int DetectorReset(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_detector_take")]
        internal static extern int DetectorTake(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength,
            short[] samples, int index, int instants, int[] results);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_detector_judge")]
        internal static extern int DetectorJudge(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] state, int stateLength,
            int[] results);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_language_open")]
        internal static extern int LanguageOpen(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, int[] sizes);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_language_feed")]
        internal static extern int LanguageFeed(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, int[] tokens, int index,
            int count, int position);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_sampler_open")]
        internal static extern int SamplerOpen(int[] sampler, int temperature, int topK, int topP, int seed);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_sample")]
        internal static extern int Sample(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, int[] sampler, int row,
            int[] scratch, int scratchLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_tokenizer_open")]
        internal static extern int TokenizerOpen(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, int[] facts);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_encode_scratch")]
        internal static extern int EncodeScratch(byte[] text, int textLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_encode")]
        internal static extern int Encode(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, byte[] text, int textLength,
            int[] tokens, int tokensLength, int[] scratch, int scratchLength);

        [DllImport(Library, EntryPoint = "mcuai_host_managed_decode")]
        internal static extern int Decode(
            byte[] manifest, int manifestLength, int mapping, byte[] arena, int arenaLength, int token, int before,
            byte[] text, int textLength);
    }
}
