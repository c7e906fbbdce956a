namespace McuAi.ModelConverter.Audio;

/// <summary>Makes model inputs of recordings, exactly as a board does. Training takes one from the host tools, which hold
/// the C core.</summary>
public interface IFrontEnd
{
    FrontEndSettings Settings { get; }

    /// <summary>Inputs of a batch of clips.</summary>
    /// <param name="clips">Clips of one length, at least <see cref="FrontEndSettings.ClipSamples"/>, one after another; of
    /// each, the last window counts.</param>
    /// <param name="clipSamples">That length.</param>
    /// <param name="inputs">[clips][frames][features].</param>
    void Compute(ReadOnlySpan<short> clips, int clipSamples, Span<sbyte> inputs);
}

/// <summary>Conversion of samples.</summary>
public static class Samples
{
    /// <summary>Samples of -1..1 as int16, rounded and clipped.</summary>
    public static short[] FromFloat(ReadOnlySpan<float> samples)
    {
        short[] result = new short[samples.Length];
        for (int i = 0; i < samples.Length; i++)
            result[i] = (short)Math.Clamp(MathF.Round(samples[i] * 32768), short.MinValue, short.MaxValue);
        return result;
    }
}
