using NAudio.Dsp;

namespace McuAi.ModelConverter.Data;

/// <summary>Changes the rate of a recording with a windowed sinc of linear phase: what lies above the lower of the two
/// Nyquist frequencies is filtered out.</summary>
public static class Resampling
{
    /// <summary>Zero crossings of the sinc, at the lower rate. With 64 a tone 10 % above Nyquist is 50 dB
    /// down.</summary>
    private const int Taps = 64;

    private const int Phases = 32;

    public static float[] Resample(float[] samples, int from, int to)
    {
        if (from == to)
            return samples;
        int taps = Taps * (int)Math.Ceiling(Math.Max(1, (double)from / to));
        var resampler = new WdlResampler();
        resampler.SetMode(interp: true, filtercnt: 0, sinc: true, taps, Phases);
        resampler.SetFilterParms();
        resampler.SetFeedMode(true);
        resampler.SetRates(from, to);

        // Silence behind the recording pushes its end through the filter.
        int fed = samples.Length + taps;
        resampler.ResamplePrepare(fed, 1, out Span<float> input);
        samples.CopyTo(input);
        input[samples.Length..fed].Clear();
        int length = (int)((long)samples.Length * to / from);
        var output = new float[(int)((long)fed * to / from) + Taps];
        resampler.ResampleOut(output, fed, output.Length, 1);
        return output[..Math.Max(1, length)];
    }
}
