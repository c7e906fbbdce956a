using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Native;

/// <summary>A word that was heard.</summary>
/// <param name="TimeMs">Middle of the windows that the score is of.</param>
/// <param name="Label">Class of the model.</param>
/// <param name="Score">Their average posterior, in 1/256.</param>
public readonly record struct HeardWord(long TimeMs, int Label, int Score);

/// <summary>The C core's keyword spotter with the pack that it runs.</summary>
public sealed unsafe class HostSpotter : IDisposable
{
    private const nuint Alignment = 16;

    private readonly HostLibrary _library;
    private readonly HostCore _core;
    private readonly void* _memory;
    private readonly void* _state;

    /// <exception cref="ModelException">The pack is no keyword spotter; the message says why.</exception>
    public HostSpotter(HostLibrary library, ReadOnlySpan<byte> pack)
    {
        _library = library;
        _core = new HostCore(library, pack);
        try
        {
            MemoryBytes = Check(library.Spotter.Bytes(_core.Model), "open");
            _memory = NativeMemory.AlignedAlloc((nuint)MemoryBytes, Alignment);
            new Span<byte>(_memory, MemoryBytes).Fill(0xA5); // whatever RAM holds: results must not depend on it
            _state = NativeMemory.AlignedAlloc(library.Spotter.StateBytes, Alignment);
            Check(library.Spotter.Open(_state, _core.Model, _memory, (uint)MemoryBytes), "open");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>RAM that the spotter takes beside its state and the model's arena.</summary>
    public int MemoryBytes { get; }

    /// <summary>Windows so far, and those in which the model ran.</summary>
    public (int All, int Looked) Windows
    {
        get
        {
            uint all, looked;
            _library.Spotter.Counts(_state, &all, &looked);
            return ((int)all, (int)looked);
        }
    }

    /// <summary>Takes samples and returns the words that they complete.</summary>
    public List<HeardWord> Push(ReadOnlySpan<short> samples)
    {
        var words = new List<HeardWord>();
        while (!samples.IsEmpty)
        {
            SpotterEvent heard;
            fixed (short* first = samples)
                samples = samples[Check(_library.Spotter.Push(_state, first, (uint)samples.Length, &heard), "run")..];
            if (heard.Label >= 0)
                words.Add(new HeardWord(heard.TimeMs, heard.Label, heard.Score));
        }

        return words;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_state);
        NativeMemory.AlignedFree(_memory);
        _core.Dispose();
    }

    private int Check(int status, string action) => status >= 0
        ? status
        : throw new ModelException($"The core cannot {action} this keyword spotter: {_library.StatusText(status)}.");
}
