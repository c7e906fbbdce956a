namespace McuAi.Tests.Data;

/// <summary>The sine of one frequency that is nearest to a signal, in the middle half of it.</summary>
internal sealed class ToneFit
{
    public ToneFit(float[] signal, double hertz, int rate)
    {
        int from = signal.Length / 4, to = signal.Length * 3 / 4;
        double ss = 0, cc = 0, sc = 0, ys = 0, yc = 0, power = 0;
        for (int i = from; i < to; i++)
        {
            (double sin, double cos) = Math.SinCos(Math.Tau * hertz * i / rate);
            ss += sin * sin;
            cc += cos * cos;
            sc += sin * cos;
            ys += signal[i] * sin;
            yc += signal[i] * cos;
            power += (double)signal[i] * signal[i];
        }

        double determinant = ss * cc - sc * sc;
        double sine = (ys * cc - yc * sc) / determinant, cosine = (yc * ss - ys * sc) / determinant;
        double tone = sine * ys + cosine * yc;
        Amplitude = Math.Sqrt(sine * sine + cosine * cosine);
        SnrDb = 10 * Math.Log10(tone / Math.Max(power - tone, 1e-12 * tone));
        Rms = Math.Sqrt(power / (to - from));
    }

    public double Amplitude { get; }

    /// <summary>The tone above everything else.</summary>
    public double SnrDb { get; }

    /// <summary>Of the whole signal.</summary>
    public double Rms { get; }
}
