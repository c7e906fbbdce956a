namespace McuAi.ModelConverter.Anomaly;

/// <summary>The distance from the mean in standard deviations, of each feature by itself. It moves where the detector's
/// normal follows the stream.</summary>
public sealed class MovingZScore : IAnomalyMethod
{
    public string Name => "moving z-score";

    public DetectorModel Fit(float[][] normal, int seed)
    {
        int features = normal[0].Length;
        return new DetectorModel(DetectorModel.Identity(features), 1, DetectorTarget.Zero,
            [.. Enumerable.Repeat(1.0, features)]);
    }
}
