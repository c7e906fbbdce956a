using System.Numerics;
using System.Numerics.Tensors;
using NWaves.Transforms;

namespace McuAi.ModelConverter.Data;

/// <summary>Microphones and rooms as spectra, drawn beforehand: a clip is multiplied by one of them. The convolution is
/// circular, so the last of a reverberation that outlasts the window is heard at its start, where the word has not yet
/// begun.</summary>
internal sealed class FilterBank
{
    private const int Filters = 384;
    private const int EqualizerBands = 7;
    private const double HighestCutBelow = 350; // Hz

    private readonly (float[] Real, float[] Imaginary)[] spectra;

    public FilterBank(AugmentationSettings settings, int rate, int length, int seed)
    {
        Size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 512));
        spectra = new (float[], float[])[Filters];
        var random = new IndexedRandom(seed, purpose: 1, index: 0);
        var transform = new RealFft(Size);
        for (int i = 0; i < Filters; i++)
            spectra[i] = Draw(settings, rate, transform, ref random);
    }

    /// <summary>Of the transform.</summary>
    public int Size { get; }

    public int Count => spectra.Length;

    /// <summary>Filters the samples in place.</summary>
    public void Apply(int filter, Span<float> samples, Workspace workspace)
    {
        (float[] real, float[] imaginary) = spectra[filter];
        Span<float> padded = workspace.Padded;
        samples.CopyTo(padded);
        padded[samples.Length..].Clear();
        workspace.Transform.Direct(padded, workspace.Real, workspace.Imaginary);
        Multiply(workspace, real, imaginary);
        workspace.Transform.Inverse(workspace.Real, workspace.Imaginary, padded);
        padded[..samples.Length].CopyTo(samples);
    }

    private static void Multiply(Workspace workspace, float[] real, float[] imaginary)
    {
        float[] a = workspace.Real, b = workspace.Imaginary, product = workspace.Product;
        TensorPrimitives.Multiply(a, imaginary, product);
        TensorPrimitives.MultiplyAdd(b, real, product, product); // the new imaginary part
        TensorPrimitives.Multiply(a, real, a);
        TensorPrimitives.Multiply(b, imaginary, b);
        TensorPrimitives.Subtract(a, b, a);
        product.CopyTo(b, 0);
    }

    private static (float[] Real, float[] Imaginary) Draw(AugmentationSettings settings, int rate, RealFft transform,
        ref IndexedRandom random)
    {
        int size = transform.Size, bins = size / 2 + 1;
        float[] real = new float[bins], imaginary = new float[bins];
        transform.Direct(Room(settings, rate, size, ref random).AsSpan(), real, imaginary);
        double[] gains = Equalizer(settings, rate, bins, ref random);
        float scale = 1f / size; // the library's inverse does not scale
        for (int k = 0; k < bins; k++)
        {
            real[k] *= (float)gains[k] * scale;
            imaginary[k] *= (float)gains[k] * scale;
        }

        return (real, imaginary);
    }

    /// <summary>The direct sound, and noise that dies away.</summary>
    private static float[] Room(AugmentationSettings settings, int rate, int size, ref IndexedRandom random)
    {
        var response = new float[size];
        response[0] = 1;
        if (!random.Happens(settings.RoomShare))
            return response;
        double decay = random.Between(settings.RoomSeconds.Low, settings.RoomSeconds.High) * rate / Math.Log(1000);
        double level = settings.RoomLevel * random.NextDouble();
        int end = Math.Min(size, (int)(5 * decay)); // where it is 43 dB down
        for (int i = 1; i < end; i++)
            response[i] = (float)(level * Math.Exp(-i / decay) * random.NextGaussian());
        return response;
    }

    /// <summary>Gains that bend smoothly over the spectrum, and cut its ends off.</summary>
    private static double[] Equalizer(AugmentationSettings settings, int rate, int bins, ref IndexedRandom random)
    {
        var gains = new double[bins];
        Array.Fill(gains, 1);
        if (!random.Happens(settings.EqualizerShare))
            return gains;
        var bands = new double[EqualizerBands + 1];
        for (int band = 0; band < EqualizerBands; band++)
            bands[band] = random.NextGaussian() * settings.EqualizerDb;
        bands[EqualizerBands] = bands[EqualizerBands - 1];
        double low = random.Between(0, HighestCutBelow), high = rate * random.Between(0.375, 0.55);
        for (int k = 0; k < bins; k++)
        {
            double place = (double)k / (bins - 1) * (EqualizerBands - 1);
            double share = place - Math.Floor(place);
            double decibels = bands[(int)place] * (1 - share) + bands[(int)place + 1] * share;
            double frequency = 0.5 * rate * k / (bins - 1);
            gains[k] = Math.Pow(10, decibels / 20) / (1 + Math.Pow(low / (frequency + 1), 4)) /
                (1 + Math.Pow(frequency / high, 8));
        }

        return gains;
    }

    /// <summary>Buffers of one thread.</summary>
    internal sealed class Workspace(int size)
    {
        public RealFft Transform { get; } = new(size);

        public float[] Padded { get; } = new float[size];

        public float[] Real { get; } = new float[size / 2 + 1];

        public float[] Imaginary { get; } = new float[size / 2 + 1];

        public float[] Product { get; } = new float[size / 2 + 1];
    }
}
