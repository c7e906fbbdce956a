using System.Buffers.Binary;
using McuAi.NanoFramework;
using McuAi.NanoFramework.Samples;
using McuAi.Tests.Audio;

namespace McuAi.Tests.NanoFramework;

/// <summary>The samples without their hardware.</summary>
[TestClass]
public sealed class SampleTests
{
    /// <summary>A word from a microphone in either slot switches its light on, and off a second later.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void AWordSwitchesItsLight(int slot)
    {
        short[] word = Signals.Recordings().First(recording => recording.Name.EndsWith("7_theo_0.wav", StringComparison.Ordinal)).Samples;
        var lights = new WordLights(new StreamedPack(ManagedRuns.ShippedBytes("digits.tsk")), 10);
        var hiss = new Random(1);
        short[] samples = [.. Hiss(hiss, 16_000), .. word, .. Hiss(hiss, 24_000)];
        var switched = new List<(int Light, bool IsOn, int Sample)>();
        int taken = 0;
        lights.LightSwitched += (light, isOn) => switched.Add((light, isOn, taken));
        byte[] frames = new byte[lights.BlockBytes];
        Assert.AreEqual(320, frames.Length / StereoFrames.FrameBytes);
        foreach (short[] block in samples.Chunk(320).Where(block => block.Length == 320))
        {
            for (int i = 0; i < block.Length; i++)
                BinaryPrimitives.WriteInt32LittleEndian(frames.AsSpan((8 * i) + (4 * slot)), block[i] << 12);
            lights.Push(frames);
            taken += block.Length;
        }

        int seven = Array.IndexOf(lights.Spotter.GetLabels(), "seven");
        Assert.HasCount(2, switched);
        Assert.AreEqual((seven, true), (switched[0].Light, switched[0].IsOn));
        Assert.AreEqual((seven, false), (switched[1].Light, switched[1].IsOn));
        Assert.AreEqual(8000, switched[1].Sample - switched[0].Sample, 320);
    }

    /// <summary>The 24 bits of a slot, 16 times as loud, in 16 bits.</summary>
    [TestMethod]
    public void FramesBecomeSamples()
    {
        int[] raw = [0, 16, -16, 15, -1, 0x7FFF0, -0x80000, 0x7FFFFF, -0x800000, 123456, -123456];
        short[] expected = [.. raw.Select(value => (short)Math.Clamp(Math.Floor(value * 16 / 256.0), short.MinValue, short.MaxValue))];
        foreach (int slot in (int[])[0, 1])
        {
            byte[] frames = new byte[raw.Length * StereoFrames.FrameBytes];
            for (int i = 0; i < raw.Length; i++)
                BinaryPrimitives.WriteInt32LittleEndian(frames.AsSpan((8 * i) + (4 * slot)), raw[i] << 8);
            short[] samples = new short[raw.Length];
            StereoFrames.ToSamples(frames, slot, samples);
            CollectionAssert.AreEqual(expected, samples);
            Assert.AreEqual(slot, StereoFrames.FindSlot(frames));
            StereoFrames.ToSamples(frames, 1 - slot, samples);
            Assert.IsTrue(samples.All(sample => sample == 0));
        }
    }

    [TestMethod]
    public void ABlockOfAnotherSizeIsRefused() => Assert.ThrowsExactly<ArgumentException>(() =>
        new WordLights(new ArrayPack(ManagedRuns.ShippedBytes("digits.tsk")), 10).Push(new byte[8]));

    /// <summary>The same events as the detector's on samples that were scaled by the host's rule.</summary>
    [TestMethod]
    public void AccelerationsBecomeTheSamplesOfThePack()
    {
        byte[] pack = ManagedRuns.ShippedBytes("bearing.tsk");
        var monitor = new VibrationMonitor(new StreamedPack(pack));
        var detector = new AnomalyDetector(new ArrayPack(pack));
        var scores = new List<int>();
        var expected = new List<int>();
        monitor.Detector.AnomalyScored += (_, e) => scores.Add(e.Score);
        detector.AnomalyScored += (_, e) => expected.Add(e.Score);
        bool isAlarm = false;
        int changes = 0;
        monitor.AlarmChanged += on => (isAlarm, changes) = (on, changes + 1);
        var random = new Random(3);
        double[] values = new double[3];
        short[] samples = new short[1];
        for (int i = 0; i < 20_000; i++)
        {
            values[0] = (random.NextDouble() - 0.5) * (i < 10_000 ? 0.1 : 20);
            samples[0] = (short)Math.Clamp(Math.Round(values[0] * 4096, MidpointRounding.AwayFromZero), short.MinValue, short.MaxValue);
            monitor.Push(values);
            detector.Push(samples);
        }

        CollectionAssert.AreEqual(expected, scores);
        Assert.IsGreaterThan(50, scores.Count);
        Assert.IsTrue(isAlarm);
        Assert.IsLessThan(10, changes);
    }

    [TestMethod]
    [DataRow("x\t0\t0.000244140625", 1.0, (short)4096)]
    [DataRow("x\t0\t0.000244140625", -7.9, (short)-32358)]
    [DataRow("x\t0\t2.44140625E-05", 9.0, short.MaxValue)]
    [DataRow("x\t20.5\t0.01", 20.0, (short)-50)]
    [DataRow("x\t0\t1", 2.5, (short)3)]
    [DataRow("x\t0\t1", -2.5, (short)-3)]
    [DataRow("x\t0\t1", -40000.0, short.MinValue)]
    public void ValuesAreRoundedToTheNearestSample(string line, double value, short sample) =>
        Assert.AreEqual(sample, new ChannelScale(line).ToSample(value));

    [TestMethod]
    [DataRow("")]
    [DataRow("x\t0")]
    [DataRow("x\tzero\t1")]
    [DataRow("x\t0\t0")]
    [DataRow("x\t0\t-1")]
    [DataRow("x\t0\tNaN")]
    public void AChannelWithoutAScaleIsRefused(string line) =>
        Assert.AreEqual(ErrorCode.Detector, Assert.ThrowsExactly<McuAiException>(() => new ChannelScale(line)).Code);

    /// <summary>The log is one that mcuai anomaly train reads, with the sensor's own steps.</summary>
    [TestMethod]
    public void ALogHoldsWhatWasRecorded()
    {
        var log = new LogRecorder(2);
        log.Add([0.5, -1.25, 9]);
        Assert.IsFalse(log.IsFull);
        log.Add([0, 1.0 / 4096, -8]);
        Assert.IsTrue(log.IsFull);
        var lines = new List<string>();
        log.Write(lines.Add);
        CollectionAssert.AreEqual((string[])["x,y,z", "0.5000,-1.2500,7.9998", "0.0000,0.0002,-8.0000"], lines);
    }

    /// <summary>However long the work takes, instants lie on the grid of the rate, and those that were missed are counted.</summary>
    [TestMethod]
    [DataRow(200_000)]
    [DataRow(12_000_000)]
    [DataRow(333)]
    public void SamplesKeepTheirPace(int millihertz)
    {
        double period = 1e10 / millihertz;
        long now = 638_000_000_000_000_000, start = now;
        var pace = new SamplePace(millihertz, now);
        var random = new Random(4);
        for (long taken = 0; taken < 30_000; taken++)
        {
            long remaining = pace.Remaining(now);
            Assert.AreEqual((taken + pace.Missed) * period, now + remaining - start, 2, $"sample {taken}");
            now += Math.Max(0, remaining);
            now += (long)(random.NextDouble() * period * (taken % 100 == 99 ? 5 : 0.9)); // the work
            pace.Taken(now);
        }

        Assert.IsGreaterThan(300, pace.Missed);
        Assert.IsLessThan(1500, pace.Missed);
    }

    /// <summary>The same number tells the same story, another one another.</summary>
    [TestMethod]
    public void StoriesAreNumbered()
    {
        var narrator = new Narrator(new TextGenerator(new ArrayPack(ManagedRuns.ShippedBytes("stories260k.tsk"))));
        string first = Tell(1), second = Tell(2);
        StringAssert.StartsWith(first, "Once upon a time, there was a little boy named Timmy. Timmy loved to play with his toys,");
        Assert.AreNotEqual(first, second);
        Assert.AreEqual(first, Tell(1));

        string Tell(int number)
        {
            string text = "";
            int tokens = narrator.Tell(number, "Once upon a time", 80, (_, piece) => text += piece);
            Assert.AreEqual(80, tokens);
            return text;
        }
    }

    private static short[] Hiss(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (short)random.Next(-20, 20))];
}
