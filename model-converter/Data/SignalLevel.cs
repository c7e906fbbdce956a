using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Data;

/// <summary>How loud a recording is; full scale is 1.</summary>
public readonly record struct SignalLevel(float Peak, float ActiveRms, bool IsClipped)
{
    /// <summary>60 dB below full scale: a muted microphone, not a quiet speaker.</summary>
    private const float SilentPeak = 1e-3f;

    private const float FullScale = 0.99f;
    private const int ClippedRun = 3;
    private const int ClippedSamples = 10;
    private const double FrameSeconds = 0.02;

    /// <summary>A frame is active when its power is at least this share of the loudest frame's: 30 dB below.</summary>
    private const float ActiveShare = 1e-3f;

    public bool IsSilent => Peak < SilentPeak;

    public static SignalLevel Of(ReadOnlySpan<float> samples, int rate) => new(
        samples.IsEmpty ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(samples)),
        Active(samples, rate),
        CountClipped(samples) >= ClippedSamples);

    /// <summary>Root mean square of the frames in which something is heard: the speech without the pauses around it.
    /// </summary>
    public static float Active(ReadOnlySpan<float> samples, int rate)
    {
        int frame = Math.Max(1, (int)(rate * FrameSeconds));
        int frames = (samples.Length + frame - 1) / frame;
        Span<float> powers = frames <= 512 ? stackalloc float[frames] : new float[frames];
        for (int i = 0; i < frames; i++)
        {
            ReadOnlySpan<float> part = samples[(i * frame)..Math.Min(samples.Length, (i + 1) * frame)];
            powers[i] = TensorPrimitives.SumOfSquares(part) / part.Length;
        }

        float threshold = frames == 0 ? 0 : TensorPrimitives.Max<float>(powers) * ActiveShare;
        double sum = 0;
        int active = 0;
        foreach (float power in powers)
        {
            if (power < threshold)
                continue;
            sum += power;
            active++;
        }

        return active == 0 ? 0 : (float)Math.Sqrt(sum / active);
    }

    /// <summary>Samples in runs at full scale: the tops that an overdriven input cuts off.</summary>
    private static int CountClipped(ReadOnlySpan<float> samples)
    {
        int clipped = 0, run = 0;
        foreach (float sample in samples)
        {
            if (Math.Abs(sample) >= FullScale)
            {
                run++;
                clipped += run == ClippedRun ? ClippedRun : run > ClippedRun ? 1 : 0;
            }
            else
            {
                run = 0;
            }
        }

        return clipped;
    }
}
