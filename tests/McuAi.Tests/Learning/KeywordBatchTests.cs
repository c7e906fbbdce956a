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

    private static int[] Count(KeywordBatchSettings settings)
    {
        Clip[] clips = [.. Enumerable.Range(0, 30).Select(i => new Clip
        {
            Path = $"{i}.wav", Label = $"{i % 3}", Class = i % 3, Split = Split.Train, FileRate = 8000, Seconds = 1,
            Samples = WavBytes(i), Level = default,
        })];
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

    private static float[] WavBytes(int i) => Data.WavBytes.Tone(300 + (40 * i), 8000, 0.4);
}
