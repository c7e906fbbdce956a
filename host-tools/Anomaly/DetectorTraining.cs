using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Anomaly;

/// <summary>Makes detectors from logs in which nothing is wrong.</summary>
public sealed class DetectorTraining(HostLibrary library, IAnomalyMethod method, TrainingPlan plan)
{
    private const int LeastFrames = 16;
    private const double FittedShare = 0.7;

    /// <param name="scales">Of the samples; null: from the rows.</param>
    /// <exception cref="ModelException">There are too few rows.</exception>
    public TrainedDetector Train(SensorLog normal, SampleScale[]? scales = null)
    {
        scales ??= SampleScale.OfRows(plan.Folds == 1 ? normal.Slice(0, (int)(FittedShare * normal.Rows)) : normal);
        short[] samples = SampleScale.Samples(normal, scales);
        float[][] frames = FeatureFrames.Of(library, plan.Features, samples);
        if (frames.Length < LeastFrames * (plan.Folds + 1))
            throw new ModelException($"{normal.Name}: {frames.Length} frames of {plan.Features.Window} rows are too few to " +
                "learn from; give a longer log, or --window and --hop that are shorter.");
        return plan.Folds == 1 ? Split(normal, frames, scales) : CrossValidated(normal, frames, scales);
    }

    private TrainedDetector CrossValidated(SensorLog normal, float[][] frames, SampleScale[] scales)
    {
        var held = new List<(TrainedDetector, SensorLog)>();
        var scores = new List<int>();
        for (int fold = 0; fold < plan.Folds; fold++)
        {
            int first = (int)((long)normal.Rows * fold / plan.Folds), end = (int)((long)normal.Rows * (fold + 1) / plan.Folds);
            // Frames that share no row with the part; where they were joined, a window of several frames spans the cut.
            float[][] others = [.. frames.Where((_, i) =>
                (i * plan.Features.Hop) + plan.Features.Window <= first || i * plan.Features.Hop >= end)];
            TrainedDetector detector = Fit(normal.Channels, others, scales, null);
            SensorLog rows = normal.Slice(first, end);
            held.Add((detector, rows));
            scores.AddRange(Scores(detector.Run(library, rows)));
        }

        return Finish(normal, frames, scales, scores) with { Held = held };
    }

    /// <summary>For a moving normal, which has to have seen the rows before.</summary>
    private TrainedDetector Split(SensorLog normal, float[][] frames, SampleScale[] scales)
    {
        int fitted = (int)(FittedShare * frames.Length);
        TrainedDetector detector = Fit(normal.Channels, frames[..fitted], scales, null);
        SensorLog rows = normal.Slice((int)(FittedShare * normal.Rows), normal.Rows);
        int[] scores = Scores(detector.Run(library, normal)[fitted..]);
        return Finish(normal, frames[..fitted], scales, scores) with { Held = [(detector, rows)] };
    }

    private TrainedDetector Finish(SensorLog normal, float[][] frames, SampleScale[] scales, IReadOnlyList<int> scores)
    {
        if (scores.Count == 0)
            throw new ModelException($"{normal.Name}: none of the rows kept for the threshold has a score; give a longer log.");
        int threshold = FalseAlarmThreshold.Of(scores, plan.FalseAlarms);
        return Fit(normal.Channels, frames, scales, threshold) with
        {
            CalibrationScores = scores.Count, Threshold = threshold,
        };
    }

    private static int[] Scores(Detection[] detections) =>
        [.. detections.Where(detection => detection.Scored).Select(detection => detection.Score)];

    private TrainedDetector Fit(IReadOnlyList<string> channels, float[][] frames, SampleScale[] scales, int? threshold)
    {
        NormalFeatures features = NormalFeatures.Of(frames);
        DetectorModel model = method.Fit(plan.LearnsFromTheStream
            ? NormalFeatures.StandardiseMoving(frames, plan.Adaptation)[Math.Min(plan.WarmUp, frames.Length / 4)..]
            : features.Standardise(frames), plan.Seed);
        model.Pack.Detector = DetectorTables.Make(Settings(features, model, threshold ?? int.MaxValue));
        model.Pack.Metadata["method"] = method.Name;
        SampleScales.Write(model.Pack, channels, scales);
        return new TrainedDetector(method.Name, PackWriter.Write(model.Pack), scales);
    }

    private DetectorSettings Settings(NormalFeatures features, DetectorModel model, int threshold) => new()
    {
        Features = plan.Features,
        Frames = model.Frames,
        Target = model.Target,
        Means = features.Means,
        Deviations = features.Deviations,
        Levels = DetectorModel.Levels,
        Adaptation = plan.Adaptation,
        Learned = plan.LearnsFromTheStream ? 0 : uint.MaxValue,
        WarmUp = plan.WarmUp,
        Weights = model.Weights,
        OutputScale = model.Pack.Outputs[0].Scale,
        OutputZero = model.Pack.Outputs[0].ZeroPoint,
        Threshold = threshold,
        Persistence = plan.Persistence,
        HoldOff = plan.HoldOff,
    };
}
