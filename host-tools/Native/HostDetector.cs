using System.Runtime.InteropServices;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Native;

/// <summary>What the core says of a frame; mcuai_detection.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Detection
{
    private const int WrittenBytes = 7;

    private readonly int _score;
    private readonly byte _frame, _scored, _alarm, _event;

    private Detection(ReadOnlySpan<byte> written)
    {
        _score = BitConverter.ToInt32(written);
        (_frame, _scored, _alarm, _event) = (1, written[4], written[5], written[6]);
    }

    /// <summary>2^16 * log2 of the squared deviation.</summary>
    public int Score => _score;

    public bool Scored => _scored != 0 && _frame != 0;

    public bool Alarm => _alarm != 0;

    public bool Event => _event != 0;

    /// <summary>As firmware/apps/anomaly-node writes it.</summary>
    public byte[] Bytes => [.. BitConverter.GetBytes(_score), _scored, _alarm, _event];

    /// <summary>Of frames that firmware/apps/anomaly-node has written.</summary>
    public static Detection[] Read(ReadOnlySpan<byte> frames)
    {
        var detections = new Detection[frames.Length / WrittenBytes];
        for (int i = 0; i < detections.Length; i++)
            detections[i] = new Detection(frames.Slice(i * WrittenBytes, WrittenBytes));
        return detections;
    }
}

/// <summary>A pack's detector in the C core, on the host.</summary>
public sealed unsafe class HostDetector : IDisposable
{
    private const nuint Alignment = 16;

    private readonly HostLibrary _library;
    private readonly HostCore _core;
    private readonly void* _tables;
    private readonly void* _memory;
    private readonly void* _state;
    private readonly int _channels, _features;

    /// <exception cref="ModelException">The pack has no detector, or the core refuses it.</exception>
    public HostDetector(HostLibrary library, byte[] pack)
    {
        _library = library;
        byte[] tables = PackReader.Read(pack).Detector
            ?? throw new ModelException("The pack has no detector; make one with mcuai anomaly train.");
        _core = new HostCore(library, pack);
        try
        {
            _tables = NativeMemory.AlignedAlloc((nuint)tables.Length, Alignment);
            tables.CopyTo(new Span<byte>(_tables, tables.Length));
            MemoryBytes = Check(library.Detector.Bytes(_tables, (uint)tables.Length));
            _memory = NativeMemory.AlignedAlloc((nuint)MemoryBytes, Alignment);
            new Span<byte>(_memory, MemoryBytes).Fill(0xA5); // whatever RAM holds: results must not depend on it
            _state = NativeMemory.AlignedAlloc(library.Detector.StateBytes, Alignment);
            Check(library.Detector.Open(_state, _tables, (uint)tables.Length, _core.Model, _memory, (uint)MemoryBytes));
            (_channels, _features) = (BitConverter.ToUInt16(tables, 16), BitConverter.ToUInt16(tables, 28));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>RAM that the detector takes beside its state and the model's arena.</summary>
    public int MemoryBytes { get; }

    public void Reset() => _library.Detector.Reset(_state);

    /// <summary>Samples of all channels, instant after instant; one detection for each frame that they complete.</summary>
    public Detection[] Run(ReadOnlySpan<short> samples) => Run(samples, null);

    /// <summary>The features of each frame, one frame after another.</summary>
    public short[] Features(ReadOnlySpan<short> samples)
    {
        short[] features = new short[samples.Length / _channels * _features];
        int frames = Run(samples, features).Length;
        return features[..(frames * _features)];
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_state);
        NativeMemory.AlignedFree(_memory);
        NativeMemory.AlignedFree(_tables);
        _core.Dispose();
    }

    private Detection[] Run(ReadOnlySpan<short> samples, short[]? features)
    {
        int instants = samples.Length / _channels;
        var detections = new Detection[instants];
        fixed (short* first = samples, values = features)
        fixed (Detection* results = detections)
        {
            int frames = Check(_library.Detector.Run(_state, first, (uint)instants, (uint)_channels, (uint)_features, values,
                results));
            return detections[..frames];
        }
    }

    private int Check(int status) => status >= 0
        ? status
        : throw new ModelException($"The core cannot run this detector: {_library.StatusText(status)}.");
}
