using McuAi.ModelConverter.Data;

namespace McuAi.Tests.Data;

[TestClass]
public sealed class ResamplingTests
{
    private static readonly int[] Rates = [8000, 11025, 16000, 22050, 32000, 44100, 48000];

    [TestMethod]
    public void AToneStaysATone()
    {
        foreach (int from in Rates)
            foreach (int to in (int[])[8000, 16000])
            {
                float[] tone = Resampling.Resample(WavBytes.Tone(1000, from, 1), from, to);
                var fit = new ToneFit(tone, 1000, to);
                Assert.AreEqual(to, tone.Length, 1, $"{from} to {to}");
                Assert.IsGreaterThan(70, fit.SnrDb, $"{from} to {to}");
                Assert.AreEqual(0.5, fit.Amplitude, 0.001, $"{from} to {to}");
            }
    }

    /// <summary>What the lower rate cannot hold must not come back as something else.</summary>
    [TestMethod]
    [DataRow(44100, 7000)]
    [DataRow(48000, 7000)]
    [DataRow(16000, 7000)]
    [DataRow(22050, 5000)]
    [DataRow(11025, 5000)]
    public void AliasesAreSuppressed(int from, int hertz)
    {
        float[] rest = Resampling.Resample(WavBytes.Tone(hertz, from, 1), from, 8000);
        double suppression = 20 * Math.Log10(new ToneFit(rest, 1000, 8000).Rms / (0.5 / Math.Sqrt(2)));
        Assert.IsLessThan(-80, suppression);
    }

    [TestMethod]
    public void NothingIsMoved()
    {
        foreach (int from in Rates)
        {
            var click = new float[from];
            click[from / 2] = 1;
            float[] resampled = Resampling.Resample(click, from, 8000);
            Assert.AreEqual(8000.0 * (from / 2) / from, Array.IndexOf(resampled, resampled.Max()), 1.0, $"{from}");
        }
    }

    [TestMethod]
    public void VeryShortClipsStayClips()
    {
        Assert.HasCount(1, Resampling.Resample([0.5f], 48000, 8000));
        Assert.HasCount(6, Resampling.Resample([0.5f], 8000, 48000));
    }
}
