using System.Numerics;
using System.Numerics.Tensors;
using NWaves.Transforms;

namespace McuAi.ModelConverter.Data;

/// <summary>Noise to mix with: recordings, and coloured noise that is drawn beforehand. Every stretch of noise has a
/// root mean square of 1.</summary>
internal sealed class NoiseBank
{
    private const int Strips = 192;

    /// <summary>The amplitude falls with up to this power of the frequency: from white to darker than pink.</summary>
    private const double Darkest = 1.2;

    private const double FlatBelow = 8; // Hz

    private const float Silence = 1e-5f;

    private readonly float[][] strips;
    private readonly float[][] recordings;
    private readonly double recordedShare;

    public NoiseBank(AugmentationSettings settings, int rate, int length, IReadOnlyList<float[]> noise, int seed)
    {
        recordings = [.. noise.Where(recording => recording.Length > 0)];
        recordedShare = recordings.Length > 0 ? settings.RecordedNoiseShare : 0;
        var random = new IndexedRandom(seed, purpose: 2, index: 0);
        var transform = new RealFft((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 512)));
        strips = new float[Strips][];
        for (int i = 0; i < Strips; i++)
            strips[i] = Colored(transform, rate, ref random);
    }

    public void Draw(Span<float> noise, ref IndexedRandom random)
    {
        float[] source = random.Happens(recordedShare)
            ? recordings[random.Below(recordings.Length)]
            : strips[random.Below(strips.Length)];
        Cut(source, random.Below(source.Length), noise);
        if (!Normalize(noise))
        {
            // A pause in a recording.
            Cut(strips[0], random.Below(strips[0].Length), noise);
            Normalize(noise);
        }
    }

    /// <summary>Strips go on at their beginning without a seam, as they come from an inverse transform.</summary>
    private static void Cut(float[] source, int start, Span<float> target)
    {
        while (target.Length > 0)
        {
            int count = Math.Min(target.Length, source.Length - start);
            source.AsSpan(start, count).CopyTo(target);
            target = target[count..];
            start = 0;
        }
    }

    private static bool Normalize(Span<float> noise)
    {
        float rms = MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(noise) / noise.Length);
        if (rms < Silence)
            return false;
        TensorPrimitives.Multiply(noise, 1 / rms, noise);
        return true;
    }

    private static float[] Colored(RealFft transform, int rate, ref IndexedRandom random)
    {
        int size = transform.Size;
        float[] real = new float[size / 2 + 1], imaginary = new float[size / 2 + 1], samples = new float[size];
        double power = random.Between(0, Darkest);
        for (int k = 1; k < size / 2; k++)
        {
            double amplitude = Math.Pow(Math.Max(FlatBelow, (double)k * rate / size), -power);
            real[k] = (float)(random.NextGaussian() * amplitude);
            imaginary[k] = (float)(random.NextGaussian() * amplitude);
        }

        transform.Inverse(real.AsSpan(), imaginary, samples);
        return samples;
    }
}
