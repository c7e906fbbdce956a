using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Native;

/// <summary>mcuai_teller_config of mcuai/teller.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TellerConfig
{
    public void* Generator;
    public void* Sampler;
    public int* Tokens;
    public uint MostTokens;
    public uint Draft;
    public void* Scratch;
    public uint ScratchBytes;
}

/// <summary>The core going on from a prompt, on the host.</summary>
public sealed unsafe class HostTeller : IDisposable
{
    private const nuint Alignment = 16;
    private const int ContextIsFull = -20;

    private readonly HostGenerator _generator;
    private readonly HostSampler _sampler;
    private readonly void* _state;
    private readonly void* _scratch;
    private readonly int* _tokens;

    /// <summary>Gives the model the prompt.</summary>
    /// <param name="prompt">At least one token.</param>
    /// <param name="draft">Tokens that are guessed beforehand.</param>
    /// <exception cref="ModelException">The prompt is longer than the context, or the generator was given tokens before.</exception>
    public HostTeller(HostGenerator generator, HostSampler sampler, ReadOnlySpan<int> prompt, int draft)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(sampler);
        (_generator, _sampler) = (generator, sampler);
        int room = Math.Max(generator.Context, prompt.Length) + 2; // so that the context is full before this is
        int scratch = sampler.ScratchBytes(generator.Vocabulary);
        _state = NativeMemory.AlignedAlloc(generator.Library.Generator.TellerBytes(), Alignment);
        _scratch = NativeMemory.AlignedAlloc((nuint)Math.Max(scratch, 1), Alignment);
        _tokens = (int*)NativeMemory.AlignedAlloc((nuint)room * sizeof(int), Alignment);
        prompt.CopyTo(new Span<int>(_tokens, room));
        var config = new TellerConfig
        {
            Generator = generator.State, Sampler = sampler.State, Tokens = _tokens, MostTokens = (uint)room, Draft = (uint)draft,
            Scratch = _scratch, ScratchBytes = (uint)scratch,
        };
        int status = generator.Library.Generator.OpenTeller(_state, &config, (uint)prompt.Length);
        if (status == 0)
            return;
        Dispose();
        throw Refused(status);
    }

    /// <summary>The next token; null where the context is full.</summary>
    public int? Next()
    {
        int token = _generator.Library.Generator.NextToken(_state);
        return token >= 0 ? token : token == ContextIsFull ? null : throw Refused(token);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_state);
        NativeMemory.AlignedFree(_scratch);
        NativeMemory.AlignedFree(_tokens);
        GC.KeepAlive(_sampler);
    }

    private ModelException Refused(int status) =>
        new($"The core cannot go on from the prompt: {_generator.Library.StatusText(status)}.");
}
