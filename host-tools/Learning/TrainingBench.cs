namespace McuAi.HostTools.Learning;

/// <summary>Times a step of training beside PyTorch's, on the same machine in the same minutes: rounds of all take turns,
/// so that what else the machine does falls on all alike. The minimum says what the code takes, the median what one
/// gets.</summary>
internal static class TrainingBench
{
    public const int DefaultRounds = 12;

    private const int StepsEach = 10;

    /// <summary>Rounds that are not counted: .NET compiles code again once it has run often.</summary>
    private const int WarmUp = 4;

    private static readonly int[] Threads = [1, 2];

    public static async Task<TrainingReport> RunAsync(int rounds, CancellationToken cancellation)
    {
        List<IStepBench> benches = [.. Threads.Select(threads => new EngineStep(threads))];
        string? peer = null;
        try
        {
            foreach (int threads in Threads)
                foreach (string layout in (string[])["contiguous_format", "channels_last"])
                    if (await PyTorchStep.StartAsync(threads, layout, cancellation) is { } started)
                    {
                        benches.Add(started);
                        peer = started.Version;
                    }

            return new TrainingReport([.. await MeasureAsync(benches, rounds, cancellation)], peer);
        }
        finally
        {
            benches.ForEach(bench => bench.Dispose());
        }
    }

    private static async Task<IEnumerable<StepTimes>> MeasureAsync(List<IStepBench> benches, int rounds,
        CancellationToken cancellation)
    {
        foreach (IStepBench bench in benches)
            await bench.RunAsync(Math.Min(WarmUp, rounds) * StepsEach, cancellation);
        var times = benches.ToDictionary(bench => bench, _ => new List<double>());
        for (int round = 0; round < rounds; round++)
            foreach (IStepBench bench in benches)
                times[bench].AddRange(await bench.RunAsync(StepsEach, cancellation));
        return times.Select(pair => StepTimes.Of(pair.Key, pair.Value));
    }
}

/// <summary>Times of a step of DS-CNN-S.</summary>
/// <param name="Peer">The peer's version; null where there is none.</param>
internal sealed record TrainingReport(IReadOnlyList<StepTimes> Rows, string? Peer)
{
    public string Network { get; } = "DS-CNN-S, 49x10 inputs, 12 classes";

    public int Batch { get; } = EngineStep.BatchSize;

    public int VectorBits { get; } = System.Numerics.Vector<byte>.Count * 8;

    /// <summary>Our least time to the peer's, each with the threads and the layout that suit it best.</summary>
    public double? Ratio => Peer is null ? null : Least(ours: true) / Least(ours: false);

    private double Least(bool ours) => Rows.Where(row => row.Name.StartsWith("PyTorch", StringComparison.Ordinal) != ours)
        .Min(row => row.MinMs);
}
