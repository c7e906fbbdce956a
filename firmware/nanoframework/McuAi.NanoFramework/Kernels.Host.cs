namespace McuAi
{
    /// <summary>The native calls of the net10.0 build: the same names and parameters as those of boards, bound to the core's host
    /// library. An array goes with its length.</summary>
    internal static class Kernels
    {
        internal static int StatusText(int status, byte[] text) =>
            NanoFramework.HostCalls.StatusText(status, text, Length(text));

        internal static int Crc32C(byte[] data, int index, int count, int crc) =>
            NanoFramework.HostCalls.Crc32C(crc, data, index, count);

        internal static int WriteElements(byte[] arena, int offset, sbyte[] elements, int count)
        {
            System.Buffer.BlockCopy(elements, 0, arena, offset, count);
            return 0;
        }

        internal static int ReadElements(byte[] arena, int offset, sbyte[] elements, int count)
        {
            System.Buffer.BlockCopy(arena, offset, elements, 0, count);
            return 0;
        }

        internal static int Map(byte[] name) =>
            NanoFramework.HostCalls.Map(name, Length(name));

        internal static int MappedBytes(int mapping) =>
            NanoFramework.HostCalls.MappedBytes(mapping);

        internal static int ReadMapped(int mapping, int offset, byte[] buffer, int index, int count) =>
            NanoFramework.HostCalls.ReadMapped(mapping, offset, buffer, index, count);

        internal static int Unmap(int mapping) =>
            NanoFramework.HostCalls.Unmap(mapping);

        internal static int CheckManifest(byte[] manifest, int mapping) =>
            NanoFramework.HostCalls.CheckManifest(manifest, Length(manifest), mapping, null, 0);

        internal static int CheckOperator(
            byte[] manifest, int mapping, byte[] arena, byte[] weights, int[] residency, int index, int offset) =>
            NanoFramework.HostCalls.CheckOperator(
                manifest, Length(manifest), mapping, arena, Length(arena), weights, Length(weights), residency,
                Length(residency), index, offset);

        internal static int RunOperator(
            byte[] manifest, int mapping, byte[] arena, byte[] weights, int[] residency, int index, int offset, int rows) =>
            NanoFramework.HostCalls.RunOperator(
                manifest, Length(manifest), mapping, arena, Length(arena), weights, Length(weights), residency,
                Length(residency), index, offset, rows);

        internal static int Reset(byte[] manifest, int mapping, byte[] arena) =>
            NanoFramework.HostCalls.Reset(manifest, Length(manifest), mapping, arena, Length(arena));

        internal static int SpotterBytes(byte[] manifest, int mapping, byte[] arena) =>
            NanoFramework.HostCalls.SpotterBytes(manifest, Length(manifest), mapping, arena, Length(arena));

        internal static int SpotterOpen(byte[] manifest, int mapping, byte[] arena, byte[] state) =>
            NanoFramework.HostCalls.SpotterOpen(manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state));

        internal static int SpotterRate(byte[] manifest, int mapping, byte[] arena, byte[] state) =>
            NanoFramework.HostCalls.SpotterRate(manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state));

        internal static int SpotterReset(byte[] manifest, int mapping, byte[] arena, byte[] state) =>
            NanoFramework.HostCalls.SpotterReset(manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state));

        internal static int SpotterTake(
            byte[] manifest, int mapping, byte[] arena, byte[] state, short[] samples, int index, int count,
            int[] results) =>
            NanoFramework.HostCalls.SpotterTake(
                manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state), samples, index, count,
                results);

        internal static int SpotterJudge(byte[] manifest, int mapping, byte[] arena, byte[] state, int[] results) =>
            NanoFramework.HostCalls.SpotterJudge(manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state), results);

        internal static int DetectorBytes(byte[] manifest, int mapping, byte[] arena) =>
            NanoFramework.HostCalls.DetectorBytes(manifest, Length(manifest), mapping, arena, Length(arena));

        internal static int DetectorChannels(byte[] manifest, int mapping, byte[] arena) =>
            NanoFramework.HostCalls.DetectorChannels(manifest, Length(manifest), mapping, arena, Length(arena));

        internal static int DetectorOpen(byte[] manifest, int mapping, byte[] arena, byte[] state) =>
            NanoFramework.HostCalls.DetectorOpen(manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state));

        internal static int DetectorRate(byte[] manifest, int mapping, byte[] arena) =>
            NanoFramework.HostCalls.DetectorRate(manifest, Length(manifest), mapping, arena, Length(arena));

        internal static int DetectorReset(byte[] manifest, int mapping, byte[] arena, byte[] state) =>
            NanoFramework.HostCalls.DetectorReset(manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state));

        internal static int DetectorTake(
            byte[] manifest, int mapping, byte[] arena, byte[] state, short[] samples, int index, int instants,
            int[] results) =>
            NanoFramework.HostCalls.DetectorTake(
                manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state), samples, index, instants,
                results);

        internal static int DetectorJudge(byte[] manifest, int mapping, byte[] arena, byte[] state, int[] results) =>
            NanoFramework.HostCalls.DetectorJudge(
                manifest, Length(manifest), mapping, arena, Length(arena), state, Length(state), results);

        internal static int LanguageOpen(byte[] manifest, int mapping, byte[] arena, int[] sizes) =>
            NanoFramework.HostCalls.LanguageOpen(manifest, Length(manifest), mapping, arena, Length(arena), sizes);

        internal static int LanguageFeed(
            byte[] manifest, int mapping, byte[] arena, int[] tokens, int index, int count, int position) =>
            NanoFramework.HostCalls.LanguageFeed(
                manifest, Length(manifest), mapping, arena, Length(arena), tokens, index, count, position);

        internal static int SamplerOpen(int[] sampler, int temperature, int topK, int topP, int seed) =>
            NanoFramework.HostCalls.SamplerOpen(sampler, temperature, topK, topP, seed);

        internal static int Sample(byte[] manifest, int mapping, byte[] arena, int[] sampler, int row, int[] scratch) =>
            NanoFramework.HostCalls.Sample(
                manifest, Length(manifest), mapping, arena, Length(arena), sampler, row, scratch, Length(scratch));

        internal static int TokenizerOpen(byte[] manifest, int mapping, byte[] arena, int[] facts) =>
            NanoFramework.HostCalls.TokenizerOpen(manifest, Length(manifest), mapping, arena, Length(arena), facts);

        internal static int EncodeScratch(byte[] text) =>
            NanoFramework.HostCalls.EncodeScratch(text, Length(text));

        internal static int Encode(byte[] manifest, int mapping, byte[] arena, byte[] text, int[] tokens, int[] scratch) =>
            NanoFramework.HostCalls.Encode(
                manifest, Length(manifest), mapping, arena, Length(arena), text, Length(text), tokens, Length(tokens),
                scratch, Length(scratch));

        internal static int Decode(byte[] manifest, int mapping, byte[] arena, int token, int before, byte[] text) =>
            NanoFramework.HostCalls.Decode(manifest, Length(manifest), mapping, arena, Length(arena), token, before, text, Length(text));

        private static int Length(System.Array array) => array == null ? 0 : array.Length;
    }
}
