using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Native;

/// <summary>The C core's front end for batches of clips, on as many threads as there are processors. One instance serves
/// one thread of the caller at a time.</summary>
public sealed unsafe class HostFrontEnd : IFrontEnd, IDisposable
{
    private readonly FrontEndStream[] _streams;

    /// <param name="warp">Factor on the centres of the mel channels, for augmentation.</param>
    /// <param name="compact">Whether the tables leave out mirror images.</param>
    public HostFrontEnd(HostLibrary library, FrontEndSettings settings, double warp = 1, bool compact = false)
        : this(library, settings, FrontEndTables.Make(settings, warp, compact))
    {
    }

    /// <param name="tables">Of a pack.</param>
    public HostFrontEnd(HostLibrary library, byte[] tables) : this(library, new FrontEndReader(tables).Settings, tables)
    {
    }

    private HostFrontEnd(HostLibrary library, FrontEndSettings settings, byte[] tables)
    {
        (Settings, Tables) = (settings, tables);
        _streams = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new FrontEndStream(library, Tables))];
    }

    public FrontEndSettings Settings { get; }

    /// <summary>What a pack holds.</summary>
    public byte[] Tables { get; }

    public void Compute(ReadOnlySpan<short> clips, int clipSamples, Span<sbyte> inputs)
    {
        int count = clipSamples > 0 ? clips.Length / clipSamples : 0, bytes = Settings.InputBytes;
        if (clipSamples < Settings.ClipSamples || clips.Length != count * clipSamples)
            throw new ModelException($"{clips.Length} samples are not whole clips of {clipSamples}, or these are shorter than " +
                $"the {Settings.ClipSamples} of a window; cut or pad them.");
        if (inputs.Length != count * bytes)
            throw new ModelException($"{count} clips give {count * bytes} features, not the {inputs.Length} asked for.");
        int workers = Math.Min(_streams.Length, count);
        fixed (short* samples = clips)
        fixed (sbyte* features = inputs)
        {
            (nint from, nint to) = ((nint)samples, (nint)features); // lambdas do not take pointers
            Parallel.For(0, workers, worker =>
            {
                int first = worker * count / workers, end = (worker + 1) * count / workers;
                _streams[worker].Batch((short*)from + ((long)first * clipSamples), clipSamples, end - first,
                    (sbyte*)to + ((long)first * bytes));
            });
        }
    }

    /// <summary>The input that one clip of samples of -1..1 gives.</summary>
    public sbyte[] Compute(ReadOnlySpan<float> clip) => Compute(Samples.FromFloat(clip));

    public sbyte[] Compute(ReadOnlySpan<short> clip)
    {
        sbyte[] input = new sbyte[Settings.InputBytes];
        Compute(clip, clip.Length, input);
        return input;
    }

    public void Dispose()
    {
        foreach (FrontEndStream stream in _streams)
            stream.Dispose();
    }
}
