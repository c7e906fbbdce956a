using System.Numerics.Tensors;
using NWaves.Filters.Fda;

namespace McuAi.ModelConverter.Data;

/// <summary>Sounds such as s, whose power lies in the upper band: how strong they are depends on the speaker, his distance
/// from the microphone and its filter more than other sounds do.</summary>
internal static class Fricatives
{
    private const int Taps = 41;
    private const double FrameSeconds = 0.005;

    /// <summary>Where the upper band is this much weaker than the lower one, in dB, nothing is done; where it is as strong,
    /// everything.</summary>
    private const double Onset = 6;

    private const double Least = 1e-12; // in the place of silence

    /// <summary>Weakens the band above <paramref name="edge"/> in the parts of the samples in which it is the stronger one.
    /// </summary>
    /// <param name="edge">In Hz, below half the rate.</param>
    /// <param name="decibels">By which it is weakened.</param>
    public static void Weaken(Span<float> samples, int rate, double edge, double decibels)
    {
        float[] lower = Below(edge / rate, samples);
        int frame = Math.Max(1, (int)(FrameSeconds * rate));
        float[] gains = Gains(samples, lower, frame, decibels);
        for (int i = 0; i < samples.Length; i++)
        {
            int at = i / frame;
            float share = (float)(i % frame) / frame;
            samples[i] = lower[i] + ((gains[at] + (share * (gains[at + 1] - gains[at]))) * (samples[i] - lower[i]));
        }
    }

    /// <summary>What is below a frequency (of the rate), in its place: the filter is symmetric.</summary>
    private static float[] Below(double frequency, ReadOnlySpan<float> samples)
    {
        float[] taps = [.. DesignFilter.FirWinLp(Taps, frequency).Select(tap => (float)tap)];
        var padded = new float[samples.Length + Taps - 1];
        samples.CopyTo(padded.AsSpan(Taps / 2));
        var lower = new float[samples.Length];
        for (int i = 0; i < lower.Length; i++)
            lower[i] = TensorPrimitives.Dot<float>(padded.AsSpan(i, Taps), taps);
        return lower;
    }

    /// <summary>Of the upper band at the beginning of each frame, and after the last.</summary>
    private static float[] Gains(ReadOnlySpan<float> samples, float[] lower, int frame, double decibels)
    {
        var gains = new float[(samples.Length / frame) + 2];
        for (int i = 0; i < gains.Length; i++)
        {
            double above = Least, below = Least;
            for (int j = Math.Max(0, (i - 1) * frame); j < Math.Min(samples.Length, (i + 2) * frame); j++)
            {
                double upper = samples[j] - lower[j];
                above += upper * upper;
                below += (double)lower[j] * lower[j];
            }

            double share = Math.Clamp(1 + (10 * Math.Log10(above / below) / Onset), 0, 1);
            gains[i] = (float)Math.Pow(10, -decibels * share / 20);
        }

        return gains;
    }
}
