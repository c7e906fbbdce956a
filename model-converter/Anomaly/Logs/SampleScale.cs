namespace McuAi.ModelConverter.Anomaly;

/// <summary>How real numbers of a channel are int16 samples: round((value - Offset) / Step), saturated.</summary>
public readonly record struct SampleScale(double Offset, double Step)
{
    /// <summary>For sensors of unknown range: 256 steps for a standard deviation of normal rows, which leaves room for 128 of
    /// them.</summary>
    public static SampleScale[] OfRows(SensorLog normal) => [.. normal.Values.Select(values =>
    {
        double mean = values.Average(value => (double)value);
        double deviation = Math.Sqrt(values.Average(value => Math.Pow(value - mean, 2)));
        return new SampleScale(mean, Math.Max(deviation, Math.Max(1e-6 * Math.Abs(mean), 1e-9)) / 256);
    })];

    /// <summary>Instant after instant, all channels of each.</summary>
    public static short[] Samples(SensorLog log, SampleScale[] scales)
    {
        int channels = scales.Length;
        short[] samples = new short[log.Rows * channels];
        for (int channel = 0; channel < channels; channel++)
            for (int row = 0; row < log.Rows; row++)
                samples[(row * channels) + channel] = (short)Math.Clamp(
                    Math.Round((log.Values[channel][row] - scales[channel].Offset) / scales[channel].Step),
                    short.MinValue, short.MaxValue);
        return samples;
    }
}
