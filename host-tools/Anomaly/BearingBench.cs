using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Anomaly;

/// <summary>CWRU bearings: normal data alone for training, its last 30 % and all faults for the test.</summary>
public sealed class BearingBench(HostLibrary library, string folder, int seed, bool asIndexed = false)
{
    private const double TestShare = 0.3;
    private const int WidestBuffer = 10;

    /// <summary>From -8 to 8 g.</summary>
    public static SampleScale Scale { get; } = new(0, 8.0 / 32768);

    /// <summary>Bands end at 4.5 kHz: above, what filters the recordings went through might differ.</summary>
    public static TrainingPlan Plan { get; } = new()
    {
        Features = new FeatureSettings
        {
            Channels = 1,
            Window = 1024,
            Hop = 256,
            SampleRate = 12_000,
            Kinds = FeatureKinds.Deviation | FeatureKinds.Crest | FeatureKinds.Kurtosis,
        }.WithBands(13, 60, 4500),
    };

    public IReadOnlyList<BenchFigures> Run()
    {
        IReadOnlyList<BearingRecording> recordings = BearingRecordings.Read(folder, asIndexed);
        return BenchRun.All(asIndexed ? "CWRU as indexed" : "CWRU", seed, (method, random) => Evaluate(method, random, recordings));
    }

    /// <summary>The rows of the normal recording for training, and those for the test.</summary>
    public static (SensorLog Training, SensorLog Test) Split(SensorLog normal)
    {
        int rows = (int)((1 - TestShare) * normal.Rows);
        return (normal.Slice(0, rows), normal.Slice(rows, normal.Rows));
    }

    /// <summary>Parts of the normal test rows, with the faults between them.</summary>
    public static ScoredFrames Sequence(IReadOnlyList<BearingRecording> recordings, Func<SensorLog, bool, ScoredFrames> score)
    {
        ScoredFrames normal = score(Split(recordings.First(recording => recording.IsNormal).Log).Test, false);
        BearingRecording[] faults = [.. recordings.Where(recording => !recording.IsNormal)];
        var parts = new List<ScoredFrames>();
        for (int i = 0; i < faults.Length; i++)
        {
            int first = normal.Scores.Length * i / faults.Length, end = normal.Scores.Length * (i + 1) / faults.Length;
            parts.Add(new ScoredFrames(normal.Scores[first..end], normal.Alarms[first..end], normal.Labels[first..end]));
            parts.Add(score(faults[i].Log, true));
        }

        return ScoredFrames.Join(parts);
    }

    private BenchFigures Evaluate(IAnomalyMethod? method, Random random, IReadOnlyList<BearingRecording> recordings)
    {
        SensorLog normal = Split(recordings.First(recording => recording.IsNormal).Log).Training;
        TrainedDetector? detector = method is null
            ? null
            : new DetectorTraining(library, method, Plan with { Seed = seed }).Train(normal, [Scale]);
        ScoredFrames frames = Sequence(recordings, (log, faulty) => detector is null
            ? RandomFrames(log, faulty, random)
            : Frames(detector, log, faulty));
        return BenchFigures.Of("CWRU", BenchRun.NameOf(method), [frames], WidestBuffer, Plan.Features.Hop) with
        {
            Synthetic = BenchRun.IsCandidate(method)
                ? MethodChoice.Synthetic(library, detector!, Plan.Features, seed)
                : null,
            PackBytes = detector?.Pack.Length,
        };
    }

    private ScoredFrames Frames(TrainedDetector detector, SensorLog log, bool faulty)
    {
        bool[] labels = new bool[log.Rows];
        labels.AsSpan().Fill(faulty);
        return ScoredFrames.Of(detector.Run(library, log), labels, Plan.Features).Scored();
    }

    private static ScoredFrames RandomFrames(SensorLog log, bool faulty, Random random)
    {
        bool[] labels = new bool[TrainedDetector.Frames(Plan.Features, log.Rows)];
        labels.AsSpan().Fill(faulty);
        return BenchRun.RandomFrames(new SensorLog("", ["random"], [new float[labels.Length]]) { Labels = labels }, 0, random, Plan);
    }
}
