using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Data;

/// <summary>A downward expander, as telephones and recorders have against noise: what is quiet becomes quieter, and with it
/// the consonants beside a vowel.</summary>
internal static class Expander
{
    private const double FrameSeconds = 0.01;
    private const double Least = 1e-12; // in the place of silence

    /// <summary>Lowers each part of the samples that is below the threshold by <paramref name="slope"/> dB for each dB that it
    /// is below.</summary>
    /// <param name="threshold">In dB, of the loudest part; not above 0.</param>
    /// <param name="slope">0 leaves the samples as they are.</param>
    public static void Apply(Span<float> samples, int rate, double threshold, double slope)
    {
        int frame = Math.Max(1, (int)(FrameSeconds * rate));
        double[] levels = Levels(samples, frame);
        double limit = levels.Max() + threshold;
        float[] gains = [.. levels.Select(level => (float)Math.Pow(10, slope * Math.Min(0, level - limit) / 20))];
        for (int i = 0; i < samples.Length; i++)
        {
            int at = i / frame;
            float share = (float)(i % frame) / frame;
            samples[i] *= gains[at] + (share * (gains[at + 1] - gains[at]));
        }
    }

    /// <summary>In dB, around the beginning of each frame, and after the last.</summary>
    private static double[] Levels(ReadOnlySpan<float> samples, int frame)
    {
        var levels = new double[(samples.Length / frame) + 2];
        for (int i = 0; i < levels.Length; i++)
        {
            int first = Math.Clamp((i - 1) * frame, 0, samples.Length), end = Math.Min(samples.Length, (i + 1) * frame);
            double power = end > first ? TensorPrimitives.SumOfSquares(samples[first..end]) / (end - first) : 0;
            levels[i] = 10 * Math.Log10(power + Least);
        }

        return levels;
    }
}
