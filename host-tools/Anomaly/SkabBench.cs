using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Anomaly;

/// <summary>The Skoltech Anomaly Benchmark by the protocol of its leaderboard for outliers: the first 400 rows of each
/// experiment are for training, the others are the test, and F1 is of the rows of all experiments together.</summary>
public sealed class SkabBench(HostLibrary library, string folder, int seed)
{
    private const int TrainingRows = 400, Window = 20, WidestBuffer = 60;

    private static TrainingPlan Plan { get; } = new()
    {
        Features = new FeatureSettings
        {
            Channels = 8, Window = Window, Kinds = FeatureKinds.Mean,
        },
    };

    public IReadOnlyList<BenchFigures> Run()
    {
        SensorLog[] logs = Read(folder);
        return BenchRun.All("SKAB", seed, (method, random) => Evaluate(method, random, logs));
    }

    /// <summary>The labelled experiments in order of their names.</summary>
    public static SensorLog[] Read(string folder)
    {
        string data = Path.Combine(folder, "data");
        string[] files = Directory.Exists(data)
            ? [.. ((string[])["other", "valve1", "valve2"]).Select(part => Path.Combine(data, part)).Where(Directory.Exists)
                .SelectMany(part => Directory.EnumerateFiles(part, "*.csv")).Order(StringComparer.Ordinal)]
            : [];
        if (files.Length == 0)
            throw new ModelException($"{folder} has no data/valve1/*.csv; give the folder of the benchmark.");
        return [.. files.Select(file => SensorLogReader.Read(file).RequireRows(TrainingRows + 1))];
    }

    private BenchFigures Evaluate(IAnomalyMethod? method, Random random, SensorLog[] logs)
    {
        (ScoredFrames Frames, double Synthetic, int Bytes)[] results = [.. logs.Select(log => method is null
            ? (BenchRun.RandomFrames(log, TrainingRows, random, Plan), 0, 0)
            : Evaluate(method, log))];
        return BenchFigures.Of("SKAB", BenchRun.NameOf(method), [.. results.Select(result => result.Frames)], WidestBuffer, 1) with
        {
            Synthetic = BenchRun.IsCandidate(method) ? results.Average(result => result.Synthetic) : null,
            PackBytes = method is null ? null : results[0].Bytes,
        };
    }

    private (ScoredFrames, double, int) Evaluate(IAnomalyMethod method, SensorLog log)
    {
        TrainedDetector detector = new DetectorTraining(library, method, Plan with { Seed = seed })
            .Train(log.Slice(0, TrainingRows));
        ScoredFrames frames = ScoredFrames.Of(detector.Run(library, log), log.Labels!, Plan.Features);
        double synthetic = BenchRun.IsCandidate(method)
            ? MethodChoice.Synthetic(library, detector, Plan.Features, seed)
            : 0;
        return (frames.From(TrainingRows - Window + 1), synthetic, detector.Pack.Length);
    }
}
