using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Native;

/// <summary>The choice of the next token by the C core, on the host.</summary>
public sealed unsafe class HostSampler : IDisposable
{
    private const nuint Alignment = 16;
    private const double One = 1 << 16;

    private readonly HostLibrary _library;
    private readonly void* _state;

    /// <param name="temperature">0: the greatest logit is chosen; up to 65535.</param>
    /// <param name="topK">0: all.</param>
    /// <param name="topP">A share, 0..1; 1: all.</param>
    /// <param name="seed">Not 0.</param>
    /// <exception cref="ModelException">One of them is out of its range.</exception>
    public HostSampler(HostLibrary library, double temperature, int topK, double topP, uint seed)
    {
        Check(temperature, topK, topP, seed);
        _library = library;
        _state = NativeMemory.AlignedAlloc(library.Text.SamplerBytes, Alignment);
        int status = library.Text.OpenSampler(_state, TemperatureQ16(temperature), (uint)topK, ShareQ16(topP), seed);
        if (status == 0)
            return;
        Dispose();
        throw Refused(status);
    }

    /// <summary>What the constructor checks, for samplers that are elsewhere.</summary>
    /// <exception cref="ModelException">One of them is out of its range.</exception>
    public static void Check(double temperature, int topK, double topP, uint seed)
    {
        if (!(temperature is >= 0 and <= 65535) || topK < 0 || !(topP is >= 0 and <= 1) || seed == 0)
            throw new ModelException($"Tokens cannot be chosen with temperature {temperature}, top-k {topK}, top-p {topP} and " +
                $"seed {seed}; they take 0..65535, 0 or more, 0..1 and a seed other than 0.");
    }

    /// <summary>Only 0 is 0.</summary>
    internal static uint TemperatureQ16(double temperature) =>
        temperature == 0 ? 0 : (uint)Math.Max(1, Math.Round(temperature * One));

    internal static uint ShareQ16(double share) => (uint)Math.Round(share * One);

    internal void* State => _state;

    /// <summary>Bytes of scratch that a choice takes.</summary>
    public int ScratchBytes(int tokens) => (int)_library.Text.SampleBytes(_state, (uint)tokens);

    /// <param name="logits">Q16.</param>
    public int Choose(ReadOnlySpan<int> logits)
    {
        int bytes = ScratchBytes(logits.Length);
        void* scratch = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), Alignment);
        try
        {
            fixed (int* first = logits)
            {
                int token = _library.Text.Sample(_state, first, (uint)logits.Length, scratch, (uint)bytes);
                return token >= 0 ? token : throw Refused(token);
            }
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_state);

    private ModelException Refused(int status) => new($"The core cannot choose a token: {_library.StatusText(status)}.");
}
