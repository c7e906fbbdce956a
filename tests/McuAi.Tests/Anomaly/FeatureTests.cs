using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.Tests.Anomaly;

/// <summary>The core's features against float64, with the greatest errors that docs/anomaly.md states.</summary>
[TestClass]
public sealed class FeatureTests
{
    private const FeatureKinds Every = FeatureKinds.Mean | FeatureKinds.Rms | FeatureKinds.Deviation | FeatureKinds.Peak |
        FeatureKinds.Crest | FeatureKinds.Kurtosis;

    private static readonly HostLibrary Library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);

    /// <summary>Signals with a standard deviation of at least 30 steps: mean within half a step and a sixteenth, logarithms
    /// within 1.5 of 512 steps (0.2 %).</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(64)]
    [DataRow(1000)]
    [DataRow(2048)]
    public void Moments(int window)
    {
        var settings = new FeatureSettings { Channels = 1, Window = window, Hop = window, Kinds = Every };
        double worst = 0;
        foreach ((string name, short[] samples) in VibrationSignals.All(4 * window))
            for (int frame = 0; frame < 4; frame++)
            {
                short[] part = samples[(frame * window)..((frame + 1) * window)];
                float[] actual = FeatureFrames.Of(Library, settings, part)[0];
                double[] expected = RealFeatures.Of(part, settings);
                Assert.AreEqual(expected[0], actual[0], 0.57, name);
                Assert.AreEqual(Math.Max(expected[1], -8 * 512), actual[1], part.All(x => x == 0) ? double.MaxValue : 1.5, name);
                if (expected[2] < 5 * 512)
                    continue; // below, the sixteenth of a step that the mean is rounded to counts
                for (int i = 2; i < 6; i++)
                    Assert.AreEqual(expected[i], actual[i], 1.5, $"{name}, feature {i}");
                worst = Math.Max(worst, Enumerable.Range(2, 4).Max(i => Math.Abs(expected[i] - actual[i])));
            }

        Console.WriteLine($"window of {window}: greatest error {worst:0.00} of 512 steps");
    }

    /// <summary>Bands with an amplitude of at least 32 steps, no more than 60 dB below the greatest one: within 3 of 512 steps
    /// (0.4 %).</summary>
    [TestMethod]
    [DataRow(64)]
    [DataRow(250)]
    [DataRow(1024)]
    [DataRow(2048)]
    public void Bands(int window)
    {
        FeatureSettings settings = new FeatureSettings
        {
            Channels = 1, Window = window, Hop = window, Kinds = FeatureKinds.None, SampleRate = 12_000,
        }.WithBands(8, 200, 5500);
        double worst = 0;
        foreach ((string name, short[] samples) in VibrationSignals.All(window))
        {
            float[] actual = FeatureFrames.Of(Library, settings, samples)[0];
            double[] expected = RealFeatures.Of(samples, settings);
            double least = Math.Max(expected.Max() - (20 * 512), 5 * 512);
            for (int i = 0; i < expected.Length; i++)
                if (expected[i] > least)
                {
                    Assert.AreEqual(expected[i], actual[i], 3, $"{name}, band {i}, {(expected.Max() - expected[i]) / 512:0.0} octaves below");
                    worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]));
                }
        }

        Console.WriteLine($"window of {window}: greatest error {worst:0.00} of 512 steps");
    }

    [TestMethod]
    public void SilenceAndExtremesHaveFeatures()
    {
        FeatureSettings settings = new FeatureSettings { Channels = 1, Window = 64, Hop = 64, Kinds = Every }.WithBands(4, 0.02, 0.5);
        foreach (short level in (short[])[0, short.MinValue, short.MaxValue])
        {
            float[] frame = FeatureFrames.Of(Library, settings, [.. Enumerable.Repeat(level, 64)])[0];
            Assert.AreEqual(level, frame[0]);
            Assert.AreEqual(0, frame[5]); // no kurtosis without a deviation
            Assert.IsTrue(frame[6..].All(band => band == -8 * 512));
        }
    }

    /// <summary>Channels do not touch each other, and a hop shorter than the window gives the frames of its places.</summary>
    [TestMethod]
    public void FramesAreThoseOfTheirRows()
    {
        short[][] channels = [.. VibrationSignals.All(300).Take(3).Select(signal => signal.Samples)];
        var settings = new FeatureSettings { Channels = 3, Window = 50, Hop = 7, Kinds = Every };
        short[] interleaved = [.. Enumerable.Range(0, 300).SelectMany(row => channels.Select(channel => channel[row]))];
        float[][] frames = FeatureFrames.Of(Library, settings, interleaved);
        Assert.HasCount(TrainedDetector.Frames(settings, 300), frames);
        var alone = settings with { Channels = 1, Hop = 50 };
        for (int frame = 0; frame < frames.Length; frame++)
            CollectionAssert.AreEqual(channels.SelectMany(channel =>
                FeatureFrames.Of(Library, alone, channel[(7 * frame)..((7 * frame) + 50)])[0]).ToArray(), frames[frame]);
        var sparse = settings with { Hop = 80 };
        float[][] few = FeatureFrames.Of(Library, sparse, interleaved);
        Assert.HasCount(TrainedDetector.Frames(sparse, 300), few);
        CollectionAssert.AreEqual(channels.SelectMany(channel =>
            FeatureFrames.Of(Library, alone, channel[80..130])[0]).ToArray(), few[1]);
    }
}
