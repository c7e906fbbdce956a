using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Anomaly;

/// <summary>A detector made of normal data.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Pack">With the detector's tables.</param>
/// <param name="Scales">Of the samples.</param>
public sealed record TrainedDetector(string Method, byte[] Pack, SampleScale[] Scales)
{
    /// <summary>Normal rows with detectors that were not fitted to them.</summary>
    public IReadOnlyList<(TrainedDetector Detector, SensorLog Rows)> Held { get; init; } = [];

    /// <summary>Scores that the threshold rests on.</summary>
    public int CalibrationScores { get; init; }

    public int Threshold { get; init; }

    /// <summary>One detection for each frame of the log, by the C core from its beginning.</summary>
    public Detection[] Run(HostLibrary library, SensorLog log)
    {
        using var detector = new HostDetector(library, Pack);
        return detector.Run(SampleScale.Samples(log, Scales));
    }

    /// <summary>Frames that so many rows make.</summary>
    public static int Frames(FeatureSettings features, int rows) =>
        rows < features.Window ? 0 : ((rows - features.Window) / features.Hop) + 1;
}
