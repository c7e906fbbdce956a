using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Anomaly;

/// <summary>The Numenta Anomaly Benchmark. The probationary rows of a series, its first 15 %, tell the scale of its samples,
/// the model and the threshold of F1; what is normal is learned from the stream and follows it. The threshold of the
/// benchmark's own score is the corpus' best one, as the benchmark rules.</summary>
public sealed class NabBench(HostLibrary library, string folder, int seed)
{
    private const int WidestBuffer = 100;

    private static TrainingPlan Plan { get; } = new()
    {
        Features = new FeatureSettings { Channels = 1, SampleRate = 1.0 / 300 },
        Adaptation = 12,
        LearnsFromTheStream = true,
        Folds = 1,
        WarmUp = 16,
        HoldOff = 300,
    };

    public IReadOnlyList<BenchFigures> Run()
    {
        IReadOnlyList<NabFile> files = NabCorpus.Read(folder);
        return BenchRun.All("NAB", seed, (method, random) => Evaluate(method, random, files));
    }

    private sealed record Result(ScoredFrames Frames, double[] Events, double Synthetic, int Bytes);

    private BenchFigures Evaluate(IAnomalyMethod? method, Random random, IReadOnlyList<NabFile> files)
    {
        Result[] results = [.. files.Select(file => method is null ? Random(file, random) : Evaluate(method, file))];
        NabResult nab = NabScore.Of([.. files.Zip(results, (file, result) => new NabSeries(result.Events, file.Windows))]);
        return BenchFigures.Of("NAB", BenchRun.NameOf(method), [.. results.Zip(files, (result, file) =>
            result.Frames.From(Probation(file)))], WidestBuffer, 1) with
        {
            Nab = nab.Score,
            Synthetic = BenchRun.IsCandidate(method) ? results.Average(result => result.Synthetic) : null,
            PackBytes = method is null ? null : results[0].Bytes,
        };
    }

    private static int Probation(NabFile file) => (int)Math.Ceiling(NabScore.ProbationRows(file.Log.Rows));

    private static Result Random(NabFile file, Random random)
    {
        ScoredFrames frames = BenchRun.RandomFrames(file.Log, 0, random, Plan);
        return new Result(frames, frames.Scores, 0, 0);
    }

    private Result Evaluate(IAnomalyMethod method, NabFile file)
    {
        SensorLog normal = file.Log.Slice(0, Probation(file));
        TrainedDetector detector = new DetectorTraining(library, method, Plan with { Seed = seed }).Train(normal);
        Detection[] detections = detector.Run(library, file.Log);
        double synthetic = BenchRun.IsCandidate(method) ? MethodChoice.Synthetic(library, detector, Plan.Features, seed) : 0;
        return new Result(ScoredFrames.Of(detections, file.Log.Labels!, Plan.Features),
            [.. HoldOff(detections)], synthetic, detector.Pack.Length);
    }

    /// <summary>Scores that make an event at a low enough threshold: those that no other of the hold-off before reaches.
    /// </summary>
    private static IEnumerable<double> HoldOff(Detection[] detections)
    {
        (double held, int left) = (0, 0);
        foreach (Detection detection in detections)
        {
            bool record = detection.Scored && (left == 0 || detection.Score > held);
            (held, left) = record ? (detection.Score, Plan.HoldOff) : (held, left - (detection.Scored ? 1 : 0));
            yield return record ? detection.Score : double.MinValue;
        }
    }
}
