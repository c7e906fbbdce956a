using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Native;

/// <summary>A language model in the C core, on the host.</summary>
public sealed unsafe class HostGenerator : IDisposable
{
    private const nuint Alignment = 16;

    private readonly HostLibrary _library;
    private readonly HostStore? _store;
    private readonly HostCore _core;
    private readonly void* _state;

    /// <param name="pack">Of a pack that is streamed, the manifest is enough.</param>
    /// <param name="store">Null: the weights are in <paramref name="pack"/>.</param>
    /// <exception cref="ModelException">The core refuses the pack, or it is no language model.</exception>
    public HostGenerator(HostLibrary library, ReadOnlySpan<byte> pack, HostStore? store = null)
    {
        (_library, _store) = (library, store);
        _core = new HostCore(library, pack, store);
        _state = NativeMemory.AlignedAlloc(library.Generator.StateBytes, Alignment);
        try
        {
            Check(library.Generator.Open(_state, _core.Model));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Tokens of the vocabulary.</summary>
    public int Vocabulary => (int)_library.Generator.Number(_state, 0);

    /// <summary>Tokens that it can look back on.</summary>
    public int Context => (int)_library.Generator.Number(_state, 1);

    /// <summary>Tokens that it has been given.</summary>
    public int Used => (int)_library.Generator.Number(_state, 2);

    /// <summary>Tokens that it takes in one pass through its weights.</summary>
    public int Rows => (int)_library.Generator.Number(_state, 3);

    /// <summary>Passes through its weights since it was opened or reset.</summary>
    public int Passes => (int)_library.Generator.Number(_state, 4);

    public int ArenaBytes => _core.ArenaBytes;

    internal HostLibrary Library => _library;

    internal void* State => _state;

    /// <summary>[vocabulary] of the token after the last one, Q16; until the next feed. Empty where no tokens were fed since it was
    /// opened or reset.</summary>
    public ReadOnlySpan<int> Logits
    {
        get
        {
            int* logits = _library.Generator.Logits(_state);
            return new ReadOnlySpan<int>(logits, logits is null ? 0 : Vocabulary);
        }
    }

    /// <summary>Forgets all tokens.</summary>
    public void Reset() => _library.Generator.Reset(_state);

    /// <summary>Takes the next tokens.</summary>
    /// <exception cref="ModelException">They are more than the context has left, or not in the vocabulary.</exception>
    public void Feed(ReadOnlySpan<int> tokens)
    {
        fixed (int* first = tokens)
            Check(_library.Generator.Feed(_state, first, (uint)tokens.Length));
    }

    /// <summary>How well a token of the vocabulary is foreseen as the next one.</summary>
    public Surprisal Surprisal(int token)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)Vocabulary);
        Surprisal surprisal;
        _library.Generator.Surprisal(_state, token, &surprisal);
        return surprisal;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_state);
        _core.Dispose();
    }

    private void Check(int status)
    {
        if (status < 0)
            throw new ModelException($"The core cannot run this language model: {_library.StatusText(status)}{_store?.Remark(status)}.");
    }
}
