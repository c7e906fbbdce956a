namespace McuAi.ModelConverter.Anomaly;

/// <summary>Mean and standard deviation of each feature, as the detector has them, and frames standardised by them.</summary>
public sealed class NormalFeatures
{
    /// <summary>Beyond it int8 does not reach.</summary>
    private const double Most = 127.0 / DetectorModel.Levels;

    private NormalFeatures(double[] means, double[] deviations) => (Means, Deviations) = (means, deviations);

    public double[] Means { get; }

    public double[] Deviations { get; }

    /// <param name="frames">Normal ones.</param>
    public static NormalFeatures Of(float[][] frames)
    {
        int features = frames[0].Length;
        double[] means = [.. Enumerable.Range(0, features).Select(i => frames.Average(frame => (double)frame[i]))];
        // A feature that never moves while all is well would make an alarm of its least step.
        double[] deviations = [.. Enumerable.Range(0, features).Select(i =>
            Math.Max(1, Math.Sqrt(frames.Average(frame => Math.Pow(frame[i] - means[i], 2)))))];
        return new NormalFeatures(means, deviations);
    }

    public float[][] Standardise(float[][] frames) => [.. frames.Select(frame =>
        frame.Select((value, i) => (float)Math.Clamp((value - Means[i]) / Deviations[i], -Most, Most)).ToArray())];

    /// <summary>Each frame standardised by what the frames before it taught, with shares of 2^-adaptation.</summary>
    public static float[][] StandardiseMoving(float[][] frames, int adaptation)
    {
        int features = frames[0].Length;
        double[] means = new double[features], variances = new double[features];
        var result = new float[frames.Length][];
        for (int n = 0; n < frames.Length; n++)
        {
            result[n] = new float[features];
            double share = Math.Max(1.0 / (n + 1), Math.Pow(2, -adaptation));
            for (int i = 0; i < features; i++)
            {
                double off = frames[n][i] - means[i];
                result[n][i] = (float)Math.Clamp(off / Math.Max(Math.Sqrt(variances[i]), 1.0 / 256), -Most, Most);
                means[i] += share * off;
                variances[i] += share * ((n == 0 ? 0 : off * off) - variances[i]);
            }
        }

        return result;
    }
}
