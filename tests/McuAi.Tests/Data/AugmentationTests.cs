using McuAi.ModelConverter.Data;

namespace McuAi.Tests.Data;

[TestClass]
public sealed class AugmentationTests
{
    private const int Rate = 8000;
    private const int Length = 8000;

    private static readonly float[] Word = ClipWindow.Fit(WavBytes.Tone(440, Rate, 0.5), Length);

    [TestMethod]
    public void NothingIsChangedWithoutSettings()
    {
        float[] variant = Variant(AugmentationSettings.None, 7);
        for (int i = 0; i < Length; i++)
            Assert.AreEqual(Word[i], variant[i], 1.0 / 32768, $"sample {i}");
    }

    [TestMethod]
    [DataRow(0, false)]
    [DataRow(10, false)]
    [DataRow(30, false)]
    [DataRow(5, true)]
    public void NoiseHasTheRatioAskedFor(double snr, bool recorded)
    {
        AugmentationSettings settings = AugmentationSettings.None with
        {
            NoiseShare = 1, SnrDb = (snr, snr), RecordedNoiseShare = recorded ? 1 : 0,
        };
        var random = new Random(3);
        float[] hum = [.. Enumerable.Range(0, 5000).Select(_ => 0.01f * (random.NextSingle() - 0.5f))];
        float[] word = [.. Word.Select(sample => 0.2f * sample)]; // the sum stays within full scale
        var augmentation = new Augmentation(settings, Rate, Length, [hum], seed: 1);
        var variant = new float[Length];
        for (int index = 0; index < 20; index++)
        {
            augmentation.Apply(word, index, variant);
            double noise = Math.Sqrt(variant.Zip(word, (a, b) => (double)(a - b) * (a - b)).Average());
            Assert.AreEqual(snr, 20 * Math.Log10(0.1 / Math.Sqrt(2) / noise), 0.25, $"variant {index}");
        }
    }

    [TestMethod]
    public void VariantsDependOnSeedAndIndexOnly()
    {
        float[] hum = WavBytes.Tone(50, Rate, 3, 0.01);
        var one = new Augmentation(AugmentationSettings.Default, Rate, Length, [hum], seed: 5);
        var other = new Augmentation(AugmentationSettings.Default, Rate, Length, [hum], seed: 5);
        float[][] inOrder = [.. Enumerable.Range(0, 64).Select(i => Apply(one, i))];
        var inParallel = new float[64][];
        Parallel.For(0, 64, i => inParallel[63 - i] = Apply(other, 63 - i));
        for (int i = 0; i < 64; i++)
            CollectionAssert.AreEqual(inOrder[i], inParallel[i], $"variant {i}");
        CollectionAssert.AreNotEqual(inOrder[0], inOrder[1]);
        CollectionAssert.AreNotEqual(inOrder[0],
            Apply(new Augmentation(AugmentationSettings.Default, Rate, Length, [hum], seed: 6), 0));
    }

    [TestMethod]
    [DataRow(8000, 8000)]
    [DataRow(16000, 16000)]
    [DataRow(8000, 12345)]
    public void VariantsAreSoundWithinFullScale(int rate, int length)
    {
        var augmentation = new Augmentation(AugmentationSettings.Default, rate, length, [], seed: 1);
        var variant = new float[length];
        float[][] clips = [WavBytes.Tone(300, rate, 0.4, 1), WavBytes.Tone(300, rate, 2, 1), new float[100], [], [0.5f]];
        for (int index = 0; index < 200; index++)
        {
            augmentation.Apply(clips[index % clips.Length], index, variant);
            Assert.IsTrue(variant.All(sample => sample is >= -1 and <= 1), $"variant {index}");
            Assert.IsTrue(SignalLevel.Of(variant, rate).Peak > 0 || index % clips.Length >= 2, $"variant {index}");
            augmentation.Background(index, variant);
            Assert.IsTrue(variant.All(sample => sample is >= -1 and <= 1), $"background {index}");
        }
    }

    [TestMethod]
    public void SpeedAndShiftStayInTheirBounds()
    {
        float[] word = ClipWindow.Fit(WavBytes.Tone(1000, Rate, 1), Length);
        var augmentation = new Augmentation(AugmentationSettings.None with { Speed = 0.15 }, Rate, Length, [], seed: 1);
        var variant = new float[Length];
        double[] pitches = [.. Enumerable.Range(0, 40).Select(index =>
        {
            augmentation.Apply(word, index, variant);
            return Crossings(variant[2000..6000]) / 2.0 / 0.5;
        })];
        Assert.IsLessThan(1152, pitches.Max());
        Assert.IsGreaterThan(848, pitches.Min());
        Assert.IsGreaterThan(200, pitches.Max() - pitches.Min());

        var shifting = new Augmentation(AugmentationSettings.None with { Shift = 0.1 }, Rate, Length, [], seed: 1);
        int[] starts = [.. Enumerable.Range(0, 40).Select(index =>
        {
            shifting.Apply(Word, index, variant);
            return Array.FindIndex(variant, sample => Math.Abs(sample) > 0.1f) - 2000;
        })];
        Assert.IsLessThan(810, starts.Max(Math.Abs));
        Assert.IsGreaterThan(600, starts.Max() - starts.Min());
    }

    /// <summary>The loudest and the softest twentieth of a second are further apart.</summary>
    [TestMethod]
    public void NoiseComesAndGoesIfAsked()
    {
        double Swing(double share)
        {
            var augmentation = new Augmentation(AugmentationSettings.None with { BurstShare = share }, Rate, Length, [], seed: 1);
            var variant = new float[Length];
            return Enumerable.Range(0, 60).Select(index =>
            {
                augmentation.Background(index, variant);
                double[] levels = [.. variant.Chunk(Rate / 20).Where(part => part.Length == Rate / 20)
                    .Select(part => 10 * Math.Log10(part.Average(sample => (double)sample * sample) + 1e-9))];
                return levels.Max() - levels.Min();
            }).Order().ElementAt(30);
        }

        Assert.IsGreaterThan(Swing(0) + 5, Swing(1));
    }

    /// <summary>A filter that is flat and without a room leaves the word alone; a room only adds to it.</summary>
    [TestMethod]
    public void FiltersKeepTheWord()
    {
        float[] plain = Variant(AugmentationSettings.None with { EqualizerShare = 1, EqualizerDb = 0 }, 3);
        Assert.IsGreaterThan(0.3, plain.Max());
        AugmentationSettings room = AugmentationSettings.None with { RoomShare = 1, RoomLevel = 0.05 };
        float[] inRoom = Variant(room, 3);
        double before = Power(inRoom[..1900]), within = Power(inRoom[2000..6000]), after = Power(inRoom[6000..6400]);
        Assert.IsGreaterThan(0.05, within);
        Assert.IsGreaterThan(1e-7, after, "reverberation");
        Assert.IsLessThan(after, before);
    }

    /// <summary>A vowel with some of its power above the edge keeps it; of an s, what is above loses as much as asked for, and
    /// what is below nothing.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(12)]
    [DataRow(30)]
    public void FricativesAreWeakenedAndVowelsKept(double decibels)
    {
        float[] vowel = Sum(WavBytes.Tone(500, Rate, 0.5, 0.4), WavBytes.Tone(3500, Rate, 0.5, 0.1));
        float[] fricative = Sum(WavBytes.Tone(500, Rate, 0.5, 0.02), WavBytes.Tone(3500, Rate, 0.5, 0.1));
        float[] word = [.. vowel, .. fricative];
        Fricatives.Weaken(word, Rate, 2500, decibels);
        double[] kept = [Amplitude(word[1000..3000], 500) / 0.4, Amplitude(word[1000..3000], 3500) / 0.1,
            Amplitude(word[5000..7000], 500) / 0.02];
        foreach (double share in kept)
            Assert.AreEqual(1, share, 0.02);
        Assert.AreEqual(decibels, -20 * Math.Log10(Amplitude(word[5000..7000], 3500) / 0.1), decibels / 10 + 0.01);
    }

    /// <summary>A tone of half a second is as much shorter as is left out of it, or longer; its middle stays where it is, and it
    /// is never louder than it was.</summary>
    [TestMethod]
    [DataRow(0.1)]
    [DataRow(-0.08)]
    public void SplicesLeaveAMomentOutOrRepeatIt(double seconds)
    {
        AugmentationSettings settings = AugmentationSettings.None with { SpliceShare = 1, SpliceSeconds = (seconds, seconds) };
        var augmentation = new Augmentation(settings, Rate, Length, [], seed: 1);
        var variant = new float[Length];
        for (int index = 0; index < 20; index++)
        {
            augmentation.Apply(Word, index, variant);
            int first = Array.FindIndex(variant, Sounds), last = Array.FindLastIndex(variant, Sounds);
            Assert.AreEqual((0.5 - seconds) * Rate, last - first, 8, $"variant {index}");
            Assert.AreEqual(Length / 2, (first + last) / 2.0, 8, $"variant {index}");
            Assert.IsLessThanOrEqualTo(Word.Max() + 0.001f, variant.Max(Math.Abs), $"variant {index}");
        }

        static bool Sounds(float sample) => Math.Abs(sample) > 0.02f;
    }

    /// <summary>A loud tone of half a second after one of a quarter that is 26 dB weaker: at a level of a quarter the weak one is cut
    /// off; at a hundredth it stays. The noise begins and ends with what is left.</summary>
    [TestMethod]
    [DataRow(0.25, 0.5)]
    [DataRow(0.01, 0.75)]
    public void CloseCutsEndWithTheWord(double level, double seconds)
    {
        float[] clip = [.. WavBytes.Tone(440, Rate, 0.25, 0.02), .. WavBytes.Tone(440, Rate, 0.5, 0.4)];
        AugmentationSettings settings = AugmentationSettings.None with
        {
            CutShare = 1, CutLevel = (level, level), CutSnrDb = (20, 20),
        };
        var augmentation = new Augmentation(settings, Rate, Length, [], seed: 1);
        var variant = new float[Length];
        for (int index = 0; index < 10; index++)
        {
            augmentation.Apply(clip, index, variant);
            int first = Array.FindIndex(variant, sample => sample != 0), last = Array.FindLastIndex(variant, sample => sample != 0);
            Assert.AreEqual(seconds * Rate, last - first, 0.021 * Rate, $"variant {index}");
            Assert.AreEqual(Length / 2, (first + last) / 2.0, 0.011 * Rate, $"variant {index}");
            double noise = Power([.. variant[first..last].Zip(clip[(clip.Length - (last - first))..], (a, b) => a - b)]);
            Assert.IsGreaterThan(1e-5, noise, $"variant {index}");
        }

        foreach (float[] silent in (float[][])[new float[4000], []])
        {
            augmentation.Apply(silent, 0, variant);
            Assert.IsTrue(variant.All(sample => sample == 0));
        }
    }

    [TestMethod]
    public void MasksBlankWholeFramesAndBands()
    {
        AugmentationSettings settings = AugmentationSettings.Default with { TimeMasks = 1, FrequencyMasks = 1 };
        var augmentation = new Augmentation(settings, Rate, Length, [], seed: 1);
        int blanked = 0;
        for (int index = 0; index < 50; index++)
        {
            var features = new float[49 * 40];
            Array.Fill(features, 1);
            augmentation.Mask(features, 40, index, blank: -1);
            int[] frames = [.. Enumerable.Range(0, 49).Where(f => features.AsSpan(f * 40, 40).IndexOf(1f) < 0)];
            int[] bands = [.. Enumerable.Range(0, 40).Where(b => Enumerable.Range(0, 49).All(f => features[f * 40 + b] < 0))];
            Assert.IsTrue(frames.Length <= 8 && bands.Length <= 7);
            Assert.AreEqual(49 * 40 - (49 - frames.Length) * (40 - bands.Length), features.Count(value => value < 0));
            blanked += frames.Length + bands.Length;
        }

        Assert.IsGreaterThan(200, blanked);
    }

    private static float[] Variant(AugmentationSettings settings, int index, params float[][] noise) =>
        Apply(new Augmentation(settings, Rate, Length, noise, seed: 1), index);

    private static float[] Apply(Augmentation augmentation, int index)
    {
        var variant = new float[Length];
        augmentation.Apply(Word, index, variant);
        return variant;
    }

    private static float[] Sum(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    /// <summary>Of a tone of whole periods in the samples.</summary>
    private static double Amplitude(float[] samples, double hertz)
    {
        double real = samples.Select((x, i) => x * Math.Cos(Math.Tau * hertz * i / Rate)).Average();
        double imaginary = samples.Select((x, i) => x * Math.Sin(Math.Tau * hertz * i / Rate)).Average();
        return 2 * Math.Sqrt(real * real + imaginary * imaginary);
    }

    private static int Crossings(float[] samples) => samples.Zip(samples.Skip(1), (a, b) => a < 0 != b < 0).Count(x => x);

    private static double Power(float[] samples) => samples.Average(sample => (double)sample * sample);
}
