using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Data;

/// <summary>Clips of any length as windows of one: the loudest part of a longer clip, a shorter one in the middle of
/// silence.</summary>
public static class ClipWindow
{
    /// <summary>Speech begins where a clip first reaches this share of its peak.</summary>
    private const float SpeechShare = 0.02f;

    private const double Tolerance = 0.01;
    private const double LongShare = 1.25;
    private const double LeadSeconds = 0.01;
    private const double TailSeconds = 0.02;

    /// <summary>The clip as <paramref name="length"/> samples; scaled to <paramref name="peak"/> where that is given
    /// and the clip is not silent.</summary>
    public static float[] Fit(ReadOnlySpan<float> samples, int length, float? peak = null)
    {
        var window = new float[length];
        if (samples.Length > length)
            samples.Slice(LoudestStart(samples, length), length).CopyTo(window);
        else
            samples.CopyTo(window.AsSpan((length - samples.Length) / 2));
        if (peak is { } target && length > 0)
        {
            float loudest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(window));
            if (loudest > 0)
                TensorPrimitives.Multiply(window, target / loudest, window);
        }

        return window;
    }

    /// <summary>Where the window of the most energy begins: of its neighbours that are as loud but for a hundredth, the
    /// one in the middle, so that a short word does not touch the window's edge.</summary>
    public static int LoudestStart(ReadOnlySpan<float> samples, int length)
    {
        double[] energies = Energies(samples, length);
        int best = Array.IndexOf(energies, energies.Max());
        double enough = energies[best] * (1 - Tolerance);
        int first = best, last = best;
        while (first > 0 && energies[first - 1] >= enough)
            first--;
        while (last + 1 < energies.Length && energies[last + 1] >= enough)
            last++;
        return (first + last) / 2;
    }

    private static double[] Energies(ReadOnlySpan<float> samples, int length)
    {
        var energies = new double[samples.Length - length + 1];
        double energy = 0;
        for (int end = 0; end < samples.Length; end++)
        {
            energy += (double)samples[end] * samples[end];
            if (end >= length)
                energy -= (double)samples[end - length] * samples[end - length];
            if (end >= length - 1)
                energies[end - length + 1] = energy;
        }

        return energies;
    }

    /// <summary>Windows of <paramref name="length"/> samples that cover a longer clip, each half over the one before; a
    /// clip that is hardly longer stays as it is.</summary>
    public static IEnumerable<float[]> Cut(float[] samples, int length)
    {
        if (samples.Length < length * LongShare)
            return [samples];
        int windows = (int)Math.Ceiling((samples.Length - length) / (length / 2.0)) + 1;
        return Enumerable.Range(0, windows).Select(i =>
        {
            int first = (int)((long)(samples.Length - length) * i / (windows - 1));
            return samples[first..(first + length)];
        });
    }

    /// <summary>The clip without the silence before and after it; empty where it is silent altogether.</summary>
    public static ReadOnlySpan<float> WithoutSilence(ReadOnlySpan<float> samples, int rate)
    {
        float threshold = samples.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(samples)) * SpeechShare;
        if (threshold <= 0)
            return [];
        int first = 0, last = samples.Length - 1;
        while (Math.Abs(samples[first]) < threshold)
            first++;
        while (Math.Abs(samples[last]) < threshold)
            last--;
        first = Math.Max(0, first - (int)(LeadSeconds * rate));
        last = Math.Min(samples.Length - 1, last + (int)(TailSeconds * rate));
        return samples[first..(last + 1)];
    }
}
