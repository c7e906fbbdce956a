using McuAi.ModelConverter.Audio;

namespace McuAi.Tests.Audio;

/// <summary>The front end in plain real arithmetic, by definition rather than by algorithm.</summary>
internal sealed class RealFrontEnd(FrontEndSettings settings)
{
    private const double StepsPerNat = 512 / 0.693147180559945309;

    /// <summary>Natural logarithms of the channels' powers, for samples of -1..1; nothing is floored.</summary>
    public double[] LogMel(double[] powers)
    {
        double bin = (double)settings.SampleRate / settings.FftSize;
        double Mel(double hertz) => 1127.0104780 * Math.Log(1 + (hertz / 700));
        double low = Mel(settings.LowHertz), high = Mel(settings.HighHertz);
        double Centre(int i) => 700 * (Math.Exp((low + ((high - low) * i / (settings.Channels + 1))) / 1127.0104780) - 1);
        return [.. Enumerable.Range(1, settings.Channels).Select(i =>
        {
            double centre = Centre(i);
            double left = Math.Max(bin, centre - Centre(i - 1)), right = Math.Max(bin, Centre(i + 1) - centre);
            double sum = 0;
            for (int k = 0; k < powers.Length; k++)
            {
                double distance = (k * bin) - centre;
                sum += powers[k] * Math.Max(0, 1 - (distance < 0 ? -distance / left : distance / right));
            }

            return Math.Log(sum);
        })];
    }

    /// <summary>MFCC of the channels' logarithms, floored under their peak and at silence.</summary>
    public double[] Mfcc(double[] logs, double silence)
    {
        double[] floored = [.. logs.Select(x => Math.Max(Math.Max(x, silence), logs.Max() - settings.Depth))];
        int n = floored.Length;
        return [.. Enumerable.Range(0, settings.Coefficients).Select(k => Math.Sqrt((k == 0 ? 1.0 : 2.0) / n)
            * floored.Select((x, i) => x * Math.Cos(Math.PI * k * (i + 0.5) / n)).Sum())];
    }

    /// <summary>The normalised window before rounding to int8, from integer features: what the last stage should give.
    /// </summary>
    public double[] Window(IReadOnlyList<short[]> frames)
    {
        double[] x = [.. frames.SelectMany(frame => frame).Select(step => step / StepsPerNat)];
        if (settings.Depth > 0)
            x = [.. x.Select(value => Math.Max(value, x.Max() - (Math.Round(settings.Depth * StepsPerNat) / StepsPerNat)))];
        double mean = settings.Normalises ? x.Average() : 0;
        double deviation = settings.Normalises
            ? Math.Max(settings.LeastDeviation, Math.Sqrt(x.Average(value => (value - mean) * (value - mean))))
            : 1;
        return [.. x.Select(value => ((value - mean) / deviation / settings.Scale) + settings.ZeroPoint)];
    }

    /// <summary>Power spectrum by the definition of the Fourier transform.</summary>
    public double[] Powers(ReadOnlySpan<short> window)
    {
        int n = settings.FftSize;
        double[] cosines = [.. Enumerable.Range(0, n).Select(i => Math.Cos(2 * Math.PI * i / n))];
        double[] sines = [.. Enumerable.Range(0, n).Select(i => Math.Sin(2 * Math.PI * i / n))];
        double[] x = new double[window.Length];
        for (int i = 0; i < x.Length; i++)
            x[i] = window[i] / 32768.0 * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / x.Length)));
        double[] powers = new double[(n / 2) + 1];
        for (int k = 0; k < powers.Length; k++)
        {
            double re = 0, im = 0;
            for (int i = 0; i < x.Length; i++)
            {
                re += x[i] * cosines[k * i % n];
                im -= x[i] * sines[k * i % n];
            }

            powers[k] = (re * re) + (im * im);
        }

        return powers;
    }
}
