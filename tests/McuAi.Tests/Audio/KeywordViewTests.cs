using McuAi.HostTools.Native;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Training;
using McuAi.Tests.Core;

namespace McuAi.Tests.Audio;

[TestClass]
public sealed class KeywordViewTests
{
    [TestMethod]
    public void AClipIsFollowedByVariantsOfItself()
    {
        using var frontEnd = new HostFrontEnd(CoreRun.Library, FrontEndSettings.KeywordSpotting);
        int length = frontEnd.Settings.ClipSamples, each = frontEnd.Settings.InputBytes;
        float[][] tones = [Tone(300), Tone(900), Tone(2500)];
        Clip[] clips = [.. tones.Select((tone, i) => new Clip
        {
            Path = "", Label = $"{i}", Class = i, Split = Split.Validation, Samples = tone, FileRate = 8000, Seconds = 1,
            Level = SignalLevel.Of(tone, 8000),
        })];
        KeywordInputs plain = KeywordInputs.Of(clips, frontEnd), views = Views(4), again = Views(4);
        Assert.AreEqual(3, plain.Count);
        Assert.AreEqual(5, views.Views);
        CollectionAssert.AreEqual((int[])[0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2], views.Labels);
        CollectionAssert.AreEqual(views.Inputs, again.Inputs);
        for (int clip = 0; clip < 3; clip++)
            CollectionAssert.AreEqual(Row(plain, clip), Row(views, 5 * clip));
        Assert.AreEqual(15, Enumerable.Range(0, 15).Select(row => Convert.ToHexString((byte[])(Array)Row(views, row))).Distinct().Count());

        KeywordInputs Views(int variants) => KeywordInputs.OfViews(clips, frontEnd,
            new Augmentation(AugmentationSettings.Default, frontEnd.Settings.SampleRate, length, [], 5), variants);

        sbyte[] Row(KeywordInputs inputs, int row) => inputs.Inputs[(row * each)..((row + 1) * each)];

        float[] Tone(double hertz) => [.. Enumerable.Range(0, length).Select(n =>
            (float)(0.4 * Math.Sin(2 * Math.PI * hertz * n / frontEnd.Settings.SampleRate)))];
    }
}
