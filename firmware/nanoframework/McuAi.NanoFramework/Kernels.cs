using System.Runtime.CompilerServices;

namespace McuAi
{
    /// <summary>The native calls, as native/managed.h specifies them. Lengths, indices and counts are checked by the callers, which
    /// are in this assembly. The metadata processor sorts types by name: in this namespace, this one is the first, so that the table
    /// in native/McuAi_NanoFramework.cpp has these methods in their order and nothing else.</summary>
    internal static class Kernels
    {
        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int StatusText(int status, byte[] text);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int Crc32C(byte[] data, int index, int count, int crc);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int WriteElements(byte[] arena, int offset, sbyte[] elements, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int ReadElements(byte[] arena, int offset, sbyte[] elements, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int Map(byte[] name);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int MappedBytes(int mapping);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int ReadMapped(int mapping, int offset, byte[] buffer, int index, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int Unmap(int mapping);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int CheckManifest(byte[] manifest, int mapping);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int CheckOperator(
            byte[] manifest, int mapping, byte[] arena, byte[] weights, int[] residency, int index, int offset);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int RunOperator(
            byte[] manifest, int mapping, byte[] arena, byte[] weights, int[] residency, int index, int offset, int rows);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int Reset(byte[] manifest, int mapping, byte[] arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int SpotterBytes(byte[] manifest, int mapping, byte[] arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int SpotterOpen(byte[] manifest, int mapping, byte[] arena, byte[] state);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int SpotterRate(byte[] manifest, int mapping, byte[] arena, byte[] state);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int SpotterReset(byte[] manifest, int mapping, byte[] arena, byte[] state);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int SpotterTake(
            byte[] manifest, int mapping, byte[] arena, byte[] state, short[] samples, int index, int count, int[] results);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int SpotterJudge(byte[] manifest, int mapping, byte[] arena, byte[] state, int[] results);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int DetectorBytes(byte[] manifest, int mapping, byte[] arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int DetectorChannels(byte[] manifest, int mapping, byte[] arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int DetectorOpen(byte[] manifest, int mapping, byte[] arena, byte[] state);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int DetectorRate(byte[] manifest, int mapping, byte[] arena);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int DetectorReset(byte[] manifest, int mapping, byte[] arena, byte[] state);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int DetectorTake(
            byte[] manifest, int mapping, byte[] arena, byte[] state, short[] samples, int index, int instants, int[] results);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int DetectorJudge(byte[] manifest, int mapping, byte[] arena, byte[] state, int[] results);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int LanguageOpen(byte[] manifest, int mapping, byte[] arena, int[] sizes);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int LanguageFeed(
            byte[] manifest, int mapping, byte[] arena, int[] tokens, int index, int count, int position);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int SamplerOpen(int[] sampler, int temperature, int topK, int topP, int seed);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int Sample(byte[] manifest, int mapping, byte[] arena, int[] sampler, int row, int[] scratch);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int TokenizerOpen(byte[] manifest, int mapping, byte[] arena, int[] facts);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int EncodeScratch(byte[] text);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int Encode(byte[] manifest, int mapping, byte[] arena, byte[] text, int[] tokens, int[] scratch);

        [MethodImpl(MethodImplOptions.InternalCall)]
        internal static extern int Decode(byte[] manifest, int mapping, byte[] arena, int token, int before, byte[] text);
    }
}
