using McuAi.ModelConverter.Data;

namespace McuAi.Tests.Data;

[TestClass]
public sealed class ClipWindowTests
{
    [TestMethod]
    public void ShorterClipsAreCentred() =>
        CollectionAssert.AreEqual(new[] { 0, 0, 0.1f, 0.2f, 0, 0 }, ClipWindow.Fit([0.1f, 0.2f], 6));

    [TestMethod]
    public void LongerClipsKeepTheirLoudestPartInTheMiddle()
    {
        var clip = new float[30_000];
        WavBytes.Tone(500, 8000, 0.5).CopyTo(clip, 20_000);
        clip[100] = 0.9f;
        Assert.AreEqual(20_000 - (8000 - 4000) / 2, ClipWindow.LoudestStart(clip, 8000), 30);
        Assert.AreEqual(4000, ClipWindow.Fit(clip, 8000).Count(sample => sample != 0), 20);
    }

    [TestMethod]
    [DataRow(1000, 1)]
    [DataRow(1249, 1)]
    [DataRow(1250, 2)]
    [DataRow(3000, 5)]
    [DataRow(3001, 6)]
    public void LongSpeechIsCutIntoWindowsThatCoverIt(int samples, int count)
    {
        float[] clip = [.. Enumerable.Range(1, samples).Select(i => (float)i)];
        float[][] windows = [.. ClipWindow.Cut(clip, 1000)];
        Assert.HasCount(count, windows);
        CollectionAssert.AreEqual(clip, windows.SelectMany(window => window).Distinct().Order().ToArray());
        for (int i = 1; i < count; i++)
            Assert.IsLessThanOrEqualTo(500, windows[i][0] - windows[i - 1][0]);
    }

    [TestMethod]
    public void PeaksAreNormalized()
    {
        Assert.AreEqual(0.5f, ClipWindow.Fit([0.1f, -0.2f], 4, peak: 0.5f).Max(Math.Abs));
        CollectionAssert.AreEqual(new float[4], ClipWindow.Fit([0, 0], 4, peak: 0.5f), "silence stays");
    }

    [TestMethod]
    public void SilenceAroundSpeechIsCutOff()
    {
        float[] clip = [.. new float[3000], .. WavBytes.Tone(500, 8000, 0.25), .. new float[5000]];
        Assert.AreEqual(2000 + 80 + 160, ClipWindow.WithoutSilence(clip, 8000).Length, 5);
        Assert.IsTrue(ClipWindow.WithoutSilence(new float[100], 8000).IsEmpty);
        Assert.IsTrue(ClipWindow.WithoutSilence([], 8000).IsEmpty);
    }

    [TestMethod]
    public void LevelsAreThoseOfTheSpeech()
    {
        float[] speech = WavBytes.Tone(500, 8000, 0.4), clip = [.. new float[8000], .. speech, .. new float[4000]];
        SignalLevel level = SignalLevel.Of(clip, 8000);
        Assert.AreEqual(0.5 / Math.Sqrt(2), level.ActiveRms, 1e-3, "pauses do not count");
        Assert.IsFalse(level.IsSilent || level.IsClipped);
        Assert.IsTrue(SignalLevel.Of(WavBytes.Tone(500, 8000, 1, 0.0009), 8000).IsSilent);
        Assert.IsTrue(SignalLevel.Of([], 8000).IsSilent);
        Assert.IsTrue(SignalLevel.Of([.. WavBytes.Tone(500, 8000, 1, 2).Select(x => Math.Clamp(x, -1, 1))], 8000).IsClipped);
    }
}
