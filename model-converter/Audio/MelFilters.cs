namespace McuAi.ModelConverter.Audio;

/// <summary>A triangular filter: weights of the bins from <paramref name="First"/> on.</summary>
internal sealed record MelFilter(int First, double[] Weights);

/// <summary>Triangles whose centres are equidistant on the mel scale of HTK.</summary>
internal static class MelFilters
{
    /// <param name="warp">Every centre is multiplied by it: another length of the vocal tract.</param>
    public static MelFilter[] Make(FrontEndSettings settings, double warp)
    {
        double nyquist = settings.SampleRate / 2.0;
        double low = Mel(settings.LowHertz), step = (Mel(settings.HighHertz) - low) / (settings.Channels + 1);
        double[] centres = [.. Enumerable.Range(0, settings.Channels + 2)
            .Select(i => Math.Min(Hertz(low + (i * step)) * warp, nyquist))];
        double bin = (double)settings.SampleRate / settings.FftSize;
        return [.. Enumerable.Range(1, settings.Channels).Select(i =>
            Triangle(centres[i - 1] / bin, centres[i] / bin, centres[i + 1] / bin, settings.FftSize / 2))];
    }

    /// <summary>All in bins. A side narrower than a bin is widened to one, so that no filter misses all bins.</summary>
    private static MelFilter Triangle(double low, double centre, double high, int last)
    {
        low = Math.Min(low, centre - 1);
        high = Math.Max(high, centre + 1);
        double Weight(int k) => Math.Max(0, Math.Min((k - low) / (centre - low), (high - k) / (high - centre)));
        int[] bins = [.. Enumerable.Range(0, last + 1).Where(k => Weight(k) > 0)];
        return new MelFilter(bins[0], [.. bins.Select(Weight)]);
    }

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
