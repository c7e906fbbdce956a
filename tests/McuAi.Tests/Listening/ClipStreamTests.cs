using McuAi.HostTools.Listening;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;
using McuAi.Tests.Data;

namespace McuAi.Tests.Listening;

[TestClass]
public sealed class ClipStreamTests
{
    private const int Rate = 8000;

    [TestMethod]
    public void WordsAreWhereTheyAreHeard()
    {
        ClipStream stream = ClipStream.Of(Clips("yes", "no", "unknown", "yes"), [], Rate, 0, 1);
        Assert.AreEqual("no, yes, yes", string.Join(", ", stream.Words.Select(word => word.Label).Order()));
        foreach (SpokenWord word in stream.Words)
        {
            Assert.IsGreaterThan(0.04, Rms(stream, word.Time, 0.4), "24 dB below full scale at least");
            Assert.IsLessThan(0.4, Rms(stream, word.Time, 0.4), "9 dB below full scale at most");
            Assert.IsLessThan(0.001, Rms(stream, word.Time + 0.25 + 0.2, 0.3), "a pause");
        }
    }

    [TestMethod]
    public void ClipsAreRepeatedInTheNoiseUntilTheRecordingIsLongEnough()
    {
        float[] noise = WavBytes.Tone(100, Rate, 0.7);
        Clip[] clips = Clips("yes", "unknown");
        ClipStream stream = ClipStream.Of(clips, [noise], Rate, 20, 1), again = ClipStream.Of(clips, [noise], Rate, 20, 1);
        CollectionAssert.AreEqual(stream.Samples, again.Samples);
        Assert.IsGreaterThanOrEqualTo(20 * Rate, stream.Samples.Length);
        Assert.IsGreaterThan(3, stream.Words.Count);
        foreach (SpokenWord word in stream.Words)
            Assert.IsGreaterThan(0.0018, Rms(stream, word.Time + 0.25 + 0.2, 0.3), "30 dB below the least level of speech");
    }

    [TestMethod]
    public void SilenceAloneIsRefused() => Assert.ThrowsExactly<ModelException>(() => ClipStream.Of([Clips("yes")[0] with
    {
        Level = default,
    }], [], Rate, 0, 1));

    [TestMethod]
    [DataRow(-1.0)]
    [DataRow(1e9)]
    [DataRow(double.NaN)]
    public void LengthsThatCannotBeMadeAreRefused(double seconds) =>
        Assert.ThrowsExactly<ModelException>(() => ClipStream.Of(Clips("yes"), [], Rate, seconds, 1));

    private static Clip[] Clips(params string[] labels) => [.. labels.Select((label, i) =>
    {
        float[] samples = WavBytes.Tone(400 + (100 * i), Rate, 0.5);
        return new Clip
        {
            Path = $"{i}.wav", Label = label, Class = 0, Split = Split.Test, Samples = samples, FileRate = Rate,
            Seconds = 0.5, Level = SignalLevel.Of(samples, Rate),
        };
    })];

    private static double Rms(ClipStream stream, double middle, double seconds)
    {
        int first = (int)((middle - (seconds / 2)) * Rate), count = (int)(seconds * Rate);
        return Math.Sqrt(stream.Samples.Skip(first).Take(count).Average(sample => Math.Pow(sample / 32768.0, 2)));
    }
}
