using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Data;

/// <summary>Sounds that come and go over a steady noise, such as steps, squeaks, a machine that starts: short enough to be
/// taken for a word.</summary>
internal static class NoiseBursts
{
    private const int Most = 4;
    private const double LeastEdge = 0.002, MostEdge = 0.1; // seconds in which a burst rises, and falls

    private static readonly (double Low, double High) Seconds = (0.02, 1), Decibels = (-10, 20);

    /// <summary>Adds some to a noise and brings the sum back to a root mean square of 1.</summary>
    public static void Add(Span<float> noise, NoiseBank noises, int rate, ref IndexedRandom random)
    {
        var burst = new float[noise.Length];
        int count = 1 + random.Below(Most);
        for (int i = 0; i < count; i++)
        {
            noises.Draw(burst, ref random);
            double length = Log(Seconds, ref random) * rate, middle = random.Between(0, noise.Length);
            double rise = Log((LeastEdge, MostEdge), ref random) * rate, fall = Log((LeastEdge, MostEdge), ref random) * rate;
            double gain = Math.Pow(10, random.Between(Decibels.Low, Decibels.High) / 20);
            int first = Math.Max(0, (int)(middle - (length / 2) - rise));
            int end = Math.Min(noise.Length, (int)(middle + (length / 2) + fall));
            for (int at = first; at < end; at++)
            {
                double inside = Math.Min((at - (middle - (length / 2) - rise)) / rise, (middle + (length / 2) + fall - at) / fall);
                noise[at] += (float)(gain * Math.Clamp(inside, 0, 1)) * burst[at];
            }
        }

        float level = MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(noise) / noise.Length);
        TensorPrimitives.Multiply(noise, 1 / level, noise);
    }

    private static double Log((double Low, double High) range, ref IndexedRandom random) =>
        range.Low * Math.Pow(range.High / range.Low, random.Between(0, 1));
}
