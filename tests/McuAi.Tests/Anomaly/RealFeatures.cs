using System.Numerics;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.Tests.Anomaly;

/// <summary>The features in float64.</summary>
internal static class RealFeatures
{
    /// <summary>Of one channel's window, in the units of the core's: samples, or 1/512 of log2.</summary>
    public static double[] Of(ReadOnlySpan<short> window, FeatureSettings settings)
    {
        double[] x = [.. window.ToArray().Select(sample => (double)sample)];
        double mean = x.Average();
        double second = x.Average(v => Math.Pow(v - mean, 2)), fourth = x.Average(v => Math.Pow(v - mean, 4));
        double peak = x.Max(v => Math.Abs(v - mean));
        var features = new List<double>();
        void Add(FeatureKinds kind, double value)
        {
            if (settings.Kinds.HasFlag(kind))
                features.Add(value);
        }

        Add(FeatureKinds.Mean, mean);
        Add(FeatureKinds.Rms, Log(x.Average(v => v * v)) / 2);
        Add(FeatureKinds.Deviation, Log(second) / 2);
        Add(FeatureKinds.Peak, Log(peak));
        Add(FeatureKinds.Crest, Log(peak) - (Log(second) / 2));
        Add(FeatureKinds.Kurtosis, second == 0 ? 0 : Log(fourth / (second * second)));
        foreach (Band band in settings.Bands)
            features.Add(Log(Enumerable.Range(band.First, band.Count).Sum(bin => Power(x, mean, bin, settings.FftSize)) /
                Math.Pow(settings.FftSize / 2.0, 2)));
        return [.. features];
    }

    private static double Log(double x) => 512 * Math.Log2(x);

    private static double Power(double[] x, double mean, int bin, int fft)
    {
        Complex sum = 0;
        for (int n = 0; n < x.Length; n++)
            sum += (x[n] - mean) * (0.5 - (0.5 * Math.Cos(2 * Math.PI * n / x.Length))) *
                Complex.FromPolarCoordinates(1, -2 * Math.PI * ((long)bin * n % fft) / fft);
        return (sum.Real * sum.Real) + (sum.Imaginary * sum.Imaginary);
    }
}
