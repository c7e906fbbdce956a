using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Anomaly;

/// <summary>The methods that are compared, and which to take by faults put into normal data: no label of a real fault is
/// looked at.</summary>
public static class MethodChoice
{
    /// <summary>Those that a detector may be made of.</summary>
    public static IReadOnlyList<IAnomalyMethod> Methods { get; } =
        [new MovingZScore(), new PrincipalComponents(), new AutoEncoder(), new Forecaster()];

    /// <summary>What a trained network has to beat.</summary>
    public static IAnomalyMethod Untrained { get; } = new AutoEncoder(steps: 0);

    /// <summary>Mean average precision over the faults put into the rows that the model was not fitted to.</summary>
    public static double Synthetic(HostLibrary library, TrainedDetector detector, FeatureSettings features, int seed)
    {
        var precisions = new List<double>();
        foreach ((TrainedDetector fold, SensorLog rows) in detector.Held)
            foreach (SensorLog log in SyntheticAnomalies.Of(rows, seed + precisions.Count))
            {
                ScoredFrames frames = ScoredFrames.Of(fold.Run(library, log), log.Labels!, features);
                precisions.Add(RankedScores.AveragePrecision(frames.Scores, frames.Labels));
            }

        return precisions.Average();
    }
}
