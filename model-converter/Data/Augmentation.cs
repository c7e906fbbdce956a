using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Data;

/// <summary>Variants of a clip as other people, rooms and microphones would have made them. The variant depends on the
/// seed and an index only, so threads may share one object and take clips in any order.</summary>
public sealed class Augmentation
{
    /// <summary>To which noise is mixed where there is no speech.</summary>
    private const float QuietSpeech = 0.05f;

    /// <summary>How far from the middle of the window a splice is at most, and how long one sound fades into the other, in
    /// seconds.</summary>
    private const double SplicePlace = 0.2, SpliceFade = 0.01;

    private readonly AugmentationSettings settings;
    private readonly int rate;
    private readonly int length;
    private readonly int seed;
    private readonly FilterBank filters;
    private readonly NoiseBank noises;
    private readonly ConcurrentBag<Buffers> buffers = [];

    /// <param name="settings">How much is varied.</param>
    /// <param name="rate">Of the clips, in Hz.</param>
    /// <param name="length">Samples of a variant.</param>
    /// <param name="noise">Recordings to mix in; may be none.</param>
    /// <param name="seed">Of all random choices.</param>
    public Augmentation(AugmentationSettings settings, int rate, int length, IReadOnlyList<float[]> noise, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        (this.settings, this.rate, this.length, this.seed) = (settings, rate, length, seed);
        filters = new FilterBank(settings, rate, length, seed);
        noises = new NoiseBank(settings, rate, length, noise, seed);
    }

    /// <summary>Variant <paramref name="index"/> of a clip, which is centred if it is not as long as the
    /// variant.</summary>
    public void Apply(ReadOnlySpan<float> clip, long index, Span<float> variant)
    {
        CheckLength(variant);
        var random = new IndexedRandom(seed, purpose: 3, index);
        Buffers work = buffers.TryTake(out Buffers? free) ? free : new Buffers(filters.Size, length);
        if (settings.CutShare > 0 && random.Happens(settings.CutShare))
            clip = Cut(clip, work, ref random);
        Move(clip, variant, work.Later, ref random);
        if (settings.FricativeShare > 0 && random.Happens(settings.FricativeShare))
            Fricatives.Weaken(variant, rate, Math.Min(0.45 * rate, random.Between(settings.FricativeEdge.Low,
                settings.FricativeEdge.High)), random.Between(0, settings.FricativeDb));
        if (settings.EqualizerShare > 0 || settings.RoomShare > 0)
            filters.Apply(random.Below(filters.Count), variant, work.Filter);
        if (random.Happens(settings.NoiseShare))
        {
            float level = SignalLevel.Active(variant, rate);
            MixNoise(variant, level > 0 ? level : QuietSpeech, work.Noise, ref random);
        }

        Record(variant, ref random);
        buffers.Add(work);
    }

    /// <summary>A window in which nobody speaks.</summary>
    public void Background(long index, Span<float> variant)
    {
        CheckLength(variant);
        var random = new IndexedRandom(seed, purpose: 4, index);
        DrawNoise(variant, ref random);
        TensorPrimitives.Multiply(variant, QuietSpeech * Decibels(-random.Between(0, 45)), variant);
        Record(variant, ref random);
    }

    /// <summary>Blanks some frames and bands of the features of variant <paramref name="index"/>: a row of bands a
    /// frame. </summary>
    public void Mask(Span<float> features, int bands, long index, float blank = 0)
    {
        var random = new IndexedRandom(seed, purpose: 5, index);
        int frames = features.Length / bands;
        for (int mask = 0; mask < settings.TimeMasks; mask++)
        {
            (int start, int count) = Stretch(frames, settings.TimeMaskFrames, ref random);
            features.Slice(start * bands, count * bands).Fill(blank);
        }

        for (int mask = 0; mask < settings.FrequencyMasks; mask++)
        {
            (int start, int count) = Stretch(bands, settings.FrequencyMaskBands, ref random);
            for (int frame = 0; frame < frames; frame++)
                features.Slice(frame * bands + start, count).Fill(blank);
        }
    }

    private static (int Start, int Count) Stretch(int length, int most, ref IndexedRandom random)
    {
        int count = random.Below(Math.Min(most, length) + 1);
        return (random.Below(length - count + 1), count);
    }

    private void CheckLength(Span<float> variant)
    {
        if (variant.Length != length)
            throw new ArgumentException($"A variant has {length} samples, not {variant.Length}.", nameof(variant));
    }

    /// <summary>The clip cut close around the word, with noise of its own.</summary>
    private ReadOnlySpan<float> Cut(ReadOnlySpan<float> clip, Buffers work, scoped ref IndexedRandom random)
    {
        ReadOnlySpan<float> word = CloseCut.Of(clip, rate, random.Between(settings.CutLevel.Low, settings.CutLevel.High));
        float gain = SignalLevel.Active(word, rate) * Decibels(-random.Between(settings.CutSnrDb.Low, settings.CutSnrDb.High));
        noises.Draw(work.Noise, ref random);
        word = word.Slice(Math.Max(0, word.Length - length) / 2, Math.Min(word.Length, length));
        Span<float> cut = work.Noise.AsSpan(0, word.Length);
        TensorPrimitives.MultiplyAdd(cut, gain, word, cut);
        return cut;
    }

    /// <summary>Shift and speed in one; and of some clips a moment is left out or heard twice.</summary>
    private void Move(ReadOnlySpan<float> clip, Span<float> variant, Span<float> later, ref IndexedRandom random)
    {
        double speed = 1 + random.Between(-settings.Speed, settings.Speed);
        double shift = random.Between(-settings.Shift, settings.Shift) * length;
        double first = clip.Length / 2 + shift - length / 2 * speed;
        if (settings.SpliceShare <= 0 || !random.Happens(settings.SpliceShare))
        {
            Play(clip, first, speed, variant);
            return;
        }

        double left = random.Between(settings.SpliceSeconds.Low, settings.SpliceSeconds.High) * rate;
        double place = length / 2 + random.Between(-SplicePlace, SplicePlace) * rate;
        Play(clip, first - left / 2, speed, variant);
        Play(clip, first + left / 2, speed, later);
        for (int i = Math.Max(0, (int)place); i < variant.Length; i++)
            variant[i] += (float)Math.Min(1, Math.Max(0, i - place) / (SpliceFade * rate)) * (later[i] - variant[i]);
    }

    /// <summary>Cubic interpolation between the clip's samples, from a place on.</summary>
    private static void Play(ReadOnlySpan<float> clip, double first, double speed, Span<float> variant)
    {
        for (int i = 0; i < variant.Length; i++)
        {
            double place = first + i * speed;
            int at = (int)Math.Floor(place);
            if (at < 1 || at + 2 >= clip.Length)
            {
                variant[i] = at >= 0 && at < clip.Length ? clip[at] : 0;
                continue;
            }

            float t = (float)(place - at);
            float before = clip[at - 1], here = clip[at], next = clip[at + 1], after = clip[at + 2];
            float slope = 0.5f * (next - before);
            float bend = before - 2.5f * here + 2 * next - 0.5f * after;
            float twist = 0.5f * (after - before) + 1.5f * (here - next);
            variant[i] = here + t * (slope + t * (bend + t * twist));
        }
    }

    private void MixNoise(Span<float> variant, float level, Span<float> noise, ref IndexedRandom random)
    {
        DrawNoise(noise, ref random);
        float gain = level * Decibels(-random.Between(settings.SnrDb.Low, settings.SnrDb.High));
        TensorPrimitives.MultiplyAdd(noise, gain, variant, variant);
    }

    private void DrawNoise(Span<float> noise, ref IndexedRandom random)
    {
        noises.Draw(noise, ref random);
        if (settings.BurstShare > 0 && random.Happens(settings.BurstShare))
            NoiseBursts.Add(noise, noises, rate, ref random);
    }

    /// <summary>Gain, overdrive and the converter's steps.</summary>
    private void Record(Span<float> variant, ref IndexedRandom random)
    {
        float gain = Decibels(random.Between(settings.GainDb.Low, settings.GainDb.High));
        float limit = 1;
        if (random.Happens(settings.ClippingShare))
            limit = (float)Math.Min(1,
                random.Between(0.3, 0.9) * gain * Math.Abs(TensorPrimitives.MaxMagnitude<float>(variant)));
        float steps = random.Happens(settings.CoarseShare) ? 128 : 32768;
        TensorPrimitives.Multiply(variant, gain, variant);
        TensorPrimitives.Clamp(variant, -limit, limit, variant);
        TensorPrimitives.Multiply(variant, steps, variant);
        TensorPrimitives.Round<float>(variant, variant);
        TensorPrimitives.Multiply(variant, 1 / steps, variant);
    }

    private static float Decibels(double decibels) => (float)Math.Pow(10, decibels / 20);

    /// <summary>Of one thread.</summary>
    private sealed class Buffers(int transform, int length)
    {
        public FilterBank.Workspace Filter { get; } = new(transform);

        public float[] Noise { get; } = new float[length];

        public float[] Later { get; } = new float[length];
    }
}
