using System.Runtime.InteropServices;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Native;

/// <summary>One front end of the C core that takes samples as they come.</summary>
public sealed unsafe class FrontEndStream : IDisposable
{
    private const nuint Alignment = 16;

    private readonly HostLibrary _library;
    private readonly FrontEndFunctions _functions;
    private readonly int _features;
    private readonly void* _tables;
    private readonly void* _memory;
    private readonly void* _state;

    /// <param name="tables">Of <see cref="FrontEndTables.Make"/>, or a pack's metadata entry.</param>
    /// <exception cref="ModelException">The core refuses the tables; the message says why.</exception>
    public FrontEndStream(HostLibrary library, ReadOnlySpan<byte> tables)
    {
        _library = library;
        _functions = library.FrontEnd;
        _tables = NativeMemory.AlignedAlloc((nuint)Math.Max(tables.Length, 1), Alignment);
        tables.CopyTo(new Span<byte>(_tables, tables.Length));
        try
        {
            MemoryBytes = Check(_functions.Bytes(_tables, (uint)tables.Length), "open these tables");
            _memory = NativeMemory.AlignedAlloc((nuint)MemoryBytes, Alignment);
            new Span<byte>(_memory, MemoryBytes).Fill(0xA5); // whatever RAM holds: results must not depend on it
            _state = NativeMemory.AlignedAlloc(_functions.StateBytes, Alignment);
            Check(_functions.Open(_state, _tables, (uint)tables.Length, _memory, (uint)MemoryBytes), "open these tables");
            var reader = new FrontEndReader(tables.ToArray());
            _features = reader.Features;
            InputBytes = reader.Frames * reader.Features;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>RAM that the core takes beside the state itself.</summary>
    public int MemoryBytes { get; }

    /// <summary>Of a window: the model's input.</summary>
    public int InputBytes { get; }

    public void Reset() => _functions.Reset(_state);

    /// <summary>Takes samples and returns the number of frames that they completed.</summary>
    public int Push(ReadOnlySpan<short> samples)
    {
        fixed (short* first = samples)
            return Check(_functions.Push(_state, first, (uint)samples.Length), "take samples");
    }

    /// <summary>Features of the frame of this age (0: the newest), in 1/512 of log2 units.</summary>
    public ReadOnlySpan<short> Frame(int age)
    {
        short* frame = _functions.Frame(_state, (uint)age);
        return frame is null
            ? throw new ModelException($"The front end does not hold {age + 1} frames; push more samples first.")
            : new ReadOnlySpan<short>(frame, _features);
    }

    /// <summary>Power of the newest frame in all channels, in 1/512 of log2 units.</summary>
    public int Level => _functions.Level(_state);

    /// <summary>The model's input from the last frames.</summary>
    public sbyte[] Window()
    {
        sbyte[] input = new sbyte[InputBytes];
        fixed (sbyte* first = input)
            Check(_functions.Window(_state, first, (uint)input.Length), "make a window");
        return input;
    }

    /// <summary>Windows of clips of one length.</summary>
    internal void Batch(short* clips, int clipSamples, int count, sbyte* inputs) => Check(_functions.Batch(_state, clips,
        (uint)clipSamples, (uint)count, inputs, (uint)InputBytes), "make windows of these clips");

    public void Dispose()
    {
        NativeMemory.AlignedFree(_state);
        NativeMemory.AlignedFree(_memory);
        NativeMemory.AlignedFree(_tables);
    }

    private int Check(int status, string action) => status >= 0
        ? status
        : throw new ModelException($"The audio front end cannot {action}: {_library.StatusText(status)}.");
}
