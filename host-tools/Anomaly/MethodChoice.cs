using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Anomaly;

/// <summary>The methods that are compared, and which to take by faults put into normal data: no label of a real fault is
/// looked at.</summary>
public static class MethodChoice
{
    /// <summary>Precisions that are nearer than this tell nothing; the simpler method is taken.</summary>
    private const double Tie = 0.005;

    /// <summary>Those that a detector may be made of, the simplest first.</summary>
    public static IReadOnlyList<IAnomalyMethod> Methods { get; } =
        [new MovingZScore(), new PrincipalComponents(), new AutoEncoder(frames: 4), new Forecaster()];

    /// <summary>What a trained network has to beat.</summary>
    public static IAnomalyMethod Untrained { get; } = new AutoEncoder(frames: 4, steps: 0);

    /// <summary>The simplest of the candidates whose precision is as good as the best one.</summary>
    /// <param name="precisions">In the order of <see cref="Methods"/>.</param>
    public static int Best(IReadOnlyList<double> precisions) =>
        precisions.Select((precision, i) => (precision, i)).First(one => one.precision > precisions.Max() - Tie).i;

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
