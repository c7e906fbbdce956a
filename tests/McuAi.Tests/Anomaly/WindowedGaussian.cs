using System.Globalization;

namespace McuAi.Tests.Anomaly;

/// <summary>A baseline of the Numenta Anomaly Benchmark: the tail probability of a value under the normal distribution of the
/// last 6400 values, which move on by 100.</summary>
internal static class WindowedGaussian
{
    private const int Window = 6400, Step = 100;

    public static double[] Scores(float[] values)
    {
        var window = new List<double>();
        var arrived = new List<double>();
        (double mean, double deviation, double squares) = (0, 1, 0);
        double[] scores = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            if (window.Count > 0)
                scores[i] = double.Parse((1 - Tail(Math.Abs(value - mean) / deviation)).ToString("G12"), CultureInfo.InvariantCulture);
            if (window.Count < Window)
            {
                window.Add(value);
                double off = value - mean;
                mean = window.Count == 1 ? value : mean + (off / window.Count);
                squares = window.Count == 1 ? 0 : squares + (off * (value - mean));
                deviation = Math.Sqrt(squares / window.Count);
            }
            else
            {
                arrived.Add(value);
                if (arrived.Count < Step)
                    continue;
                window = [.. window.Skip(Step), .. arrived];
                arrived.Clear();
                mean = window.Average();
                deviation = Math.Sqrt(window.Average(x => (x - mean) * (x - mean)));
            }

            deviation = deviation == 0 ? 1e-6 : deviation;
        }

        return scores;
    }

    /// <summary>The benchmark divides by 1.4142.</summary>
    private static double Tail(double x) => 0.5 * Complement(x / 1.4142);

    /// <summary>The complementary error function: a series for small x, a continued fraction for large ones.</summary>
    private static double Complement(double x)
    {
        if (x > 2.5)
        {
            double fraction = 0;
            for (int k = 60; k > 0; k--)
                fraction = k / 2.0 / (x + fraction);
            return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
        }

        double sum = 0, term = x;
        for (int n = 0; n < 200; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -x * x / (n + 1);
        }

        return 1 - (2 / Math.Sqrt(Math.PI) * sum);
    }
}
