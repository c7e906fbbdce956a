using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Anomaly;

/// <summary>Features as the C core makes them on boards.</summary>
public static class FeatureFrames
{
    /// <param name="samples">Instant after instant.</param>
    /// <returns>[frame][feature].</returns>
    public static float[][] Of(HostLibrary library, FeatureSettings features, short[] samples)
    {
        // Any model will do: its scores are not looked at.
        DetectorModel model = new MovingZScore().Fit([new float[features.Count]], 0);
        model.Pack.Detector = DetectorTables.Make(new DetectorSettings
        {
            Features = features,
            Means = new double[features.Count],
            Deviations = [.. Enumerable.Repeat(1.0, features.Count)],
            Weights = model.Weights,
        });
        using var detector = new HostDetector(library, PackWriter.Write(model.Pack));
        return [.. detector.Features(samples).Chunk(features.Count).Select(frame => frame.Select(value => (float)value).ToArray())];
    }
}
