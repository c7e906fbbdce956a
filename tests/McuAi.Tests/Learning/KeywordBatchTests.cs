using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Training;

namespace McuAi.Tests.Learning;

[TestClass]
public sealed class KeywordBatchTests
{
    private const int Classes = 4, Unknown = 2, Batches = 40;
    private static readonly FrontEndSettings FrontEnd = FrontEndSettings.KeywordSpotting;

    /// <summary>Two words, unknown, silence.</summary>
    [TestMethod]
    public void UnknownAndSilenceHaveTheirSharesOfABatch()
    {
        int[] counts = Count(new KeywordBatchSettings { Mixup = 0, LabelSmoothing = 0, Unknown = Unknown, UnknownShare = 0.3,
            SilenceShare = 0.1 });
        double all = counts.Sum();
        Assert.AreEqual(0.1, counts[3] / all, 0.03);
        Assert.AreEqual(0.9 * 0.3, counts[Unknown] / all, 0.04);
        Assert.AreEqual(0.9 * 0.35, counts[0] / all, 0.04);
        Assert.AreEqual(0.9 * 0.35, counts[1] / all, 0.04);
    }

    [TestMethod]
    public void WithoutAnUnknownClassAllWordsAreEquallyLikely()
    {
        int[] counts = Count(new KeywordBatchSettings { Mixup = 0, LabelSmoothing = 0, SilenceShare = 0 });
        double all = counts.Sum();
        foreach (int word in (int[])[0, 1, 2])
            Assert.AreEqual(1.0 / 3, counts[word] / all, 0.04);
    }

    /// <summary>Ten clips of their own, two hundred added ones that are high tones; what is added to a class that has nothing
    /// else is all that is drawn.</summary>
    [TestMethod]
    [DataRow(null, 200.0 / 210)]
    [DataRow(0.0, 0.0)]
    [DataRow(0.25, 0.25)]
    public void AddedClipsHaveTheirShare(double? share, double expected)
    {
        Clip[] clips =
        [
            .. Enumerable.Range(0, 10).Select(_ => Tone(0, 400)),
            .. Enumerable.Range(0, 200).Select(_ => Tone(0, 3000) with { Addition = "other" }),
            Tone(1, 3000) with { Addition = "other" },
        ];
        using var frontEnd = new HostFrontEnd(HostLibraryBuilder.Load(ProjectFolder.Find().Root), FrontEnd);
        var batches = new KeywordBatches(clips, 2, [frontEnd], new Augmentation(AugmentationSettings.None, 8000,
            FrontEnd.ClipSamples, [], 1), new KeywordBatchSettings { Mixup = 0, LabelSmoothing = 0, AdditionShare = share });
        int[] high = [0, 0], all = [0, 0];
        for (int step = 0; step < 20; step++)
        {
            Batch batch = batches.Batch(step);
            for (int row = 0; row < batch.Targets.Length / 2; row++)
            {
                int label = batch.Targets[2 * row] == 1 ? 0 : 1;
                all[label]++;
                high[label] += IsHigh(batch.Inputs.Data.Slice(row * FrontEnd.InputBytes, FrontEnd.InputBytes)) ? 1 : 0;
            }
        }

        Assert.AreEqual(expected, (double)high[0] / all[0], 0.04);
        Assert.AreEqual(all[1], high[1]);
    }

    /// <summary>Shares of beta(1, 1) are equally likely, so that the greater one of a pair is three quarters in the mean; a batch
    /// with one share has no third value. A row's features are mixed by the share that its targets have.</summary>
    [TestMethod]
    public void PairsAreMixedByTheirOwnShares()
    {
        Clip[] clips = [Tone(0, 400), Tone(1, 3000)];
        using var frontEnd = new HostFrontEnd(HostLibraryBuilder.Load(ProjectFolder.Find().Root), FrontEnd);
        Batch[] Batches(bool each) => [.. Enumerable.Range(0, 20).Select(new KeywordBatches(clips, 2, [frontEnd], new Augmentation(
            AugmentationSettings.None, 8000, FrontEnd.ClipSamples, [], 1), new KeywordBatchSettings
            {
                Mixup = 1, MixesEachPair = each, LabelSmoothing = 0,
            }).Batch)];
        foreach (Batch batch in Batches(false))
            Assert.IsLessThanOrEqualTo(4, Shares(batch).Distinct().Count());
        Batch[] mixed = Batches(true);
        double[] pairs = [.. mixed.SelectMany(Shares).Where(share => share is > 0 and < 1).Select(share => Math.Max(share, 1 - share))];
        Assert.AreEqual(0.75, pairs.Average(), 0.02);
        Assert.IsGreaterThan(pairs.Length / 2, pairs.Distinct().Count());
        int compared = 0;
        foreach (Batch batch in mixed)
        {
            float[] shares = Shares(batch);
            int low = Array.IndexOf(shares, 1), high = Array.IndexOf(shares, 0);
            for (int row = 0; low >= 0 && high >= 0 && row < shares.Length; row++, compared++)
                for (int i = 0; i < FrontEnd.InputBytes; i++)
                    Assert.AreEqual((shares[row] * Value(low, i)) + ((1 - shares[row]) * Value(high, i)), Value(row, i), 1e-4f);

            float Value(int row, int i) => batch.Inputs.Data[(row * FrontEnd.InputBytes) + i];
        }

        Assert.IsGreaterThan(100, compared);

        static float[] Shares(Batch batch) => [.. batch.Targets.Where((_, i) => i % 2 == 0)];
    }

    /// <summary>Two hundred clips of other words of one data set, low tones, and five of another, high ones.</summary>
    [TestMethod]
    [DataRow(false, 5.0 / 205)]
    [DataRow(true, 0.5)]
    public void DataSetsOfOtherWordsHaveTheSameShareIfAsked(bool isEven, double expected)
    {
        Clip[] clips =
        [
            Tone(0, 400),
            .. Enumerable.Range(0, 200).Select(_ => Tone(1, 400) with { Addition = "many" }),
            .. Enumerable.Range(0, 5).Select(_ => Tone(1, 3000) with { Addition = "few" }),
        ];
        using var frontEnd = new HostFrontEnd(HostLibraryBuilder.Load(ProjectFolder.Find().Root), FrontEnd);
        var batches = new KeywordBatches(clips, 2, [frontEnd], new Augmentation(AugmentationSettings.None, 8000,
            FrontEnd.ClipSamples, [], 1), new KeywordBatchSettings
            {
                Mixup = 0, LabelSmoothing = 0, Unknown = 1, UnknownShare = 0.5, ScrambledShare = 0, EvenUnknown = isEven,
            });
        bool[] high = [.. Enumerable.Range(0, 20).SelectMany(step =>
        {
            Batch batch = batches.Batch(step);
            return Enumerable.Range(0, batch.Targets.Length / 2).Where(row => batch.Targets[(2 * row) + 1] == 1)
                .Select(row => IsHigh(batch.Inputs.Data.Slice(row * FrontEnd.InputBytes, FrontEnd.InputBytes))).ToArray();
        })];
        Assert.AreEqual(expected, high.Count(one => one) / (double)high.Length, 0.05);
    }

    /// <summary>Whether the strongest band is in the upper half.</summary>
    private static bool IsHigh(ReadOnlySpan<float> features)
    {
        var sums = new float[FrontEnd.Features];
        for (int i = 0; i < features.Length; i++)
            sums[i % sums.Length] += features[i];
        return Array.IndexOf(sums, sums.Max()) >= sums.Length / 2;
    }

    private static Clip Tone(int label, double hertz) => new()
    {
        Path = "tone.wav", Label = $"{label}", Class = label, Split = Split.Train, FileRate = 8000, Seconds = 1,
        Samples = Data.WavBytes.Tone(hertz, 8000, 0.4), Level = default,
    };

    private static int[] Count(KeywordBatchSettings settings)
    {
        Clip[] clips = [.. Enumerable.Range(0, 30).Select(i => Tone(i % 3, 300 + (40 * i)))];
        using var frontEnd = new HostFrontEnd(HostLibraryBuilder.Load(ProjectFolder.Find().Root), FrontEnd);
        var batches = new KeywordBatches(clips, Classes, [frontEnd], new Augmentation(AugmentationSettings.Default, 8000,
            FrontEnd.ClipSamples, [], 1), settings);
        int[] counts = new int[Classes];
        for (int step = 0; step < Batches; step++)
        {
            float[] targets = batches.Batch(step).Targets;
            for (int i = 0; i < targets.Length; i += Classes)
                counts[Array.IndexOf(targets, 1f, i, Classes) - i]++;
        }

        return counts;
    }
}
