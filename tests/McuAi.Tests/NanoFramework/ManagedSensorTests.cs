using McuAi.HostTools.Native;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Pack;
using McuAi.NanoFramework;
using McuAi.Tests.Audio;
using McuAi.Tests.Listening;

namespace McuAi.Tests.NanoFramework;

/// <summary>Keyword spotter and anomaly detector give the C core's events.</summary>
[TestClass]
public sealed class ManagedSensorTests
{
    /// <summary>Random weights, whose posteriors go up and down, in pushes of any size.</summary>
    [TestMethod]
    [DynamicData(nameof(SpotterTests.Settings), typeof(SpotterTests))]
    public void WordsAreThoseOfTheCore(SpotterSettings? settings)
    {
        int words = 0;
        for (int seed = 1; seed <= 6; seed++)
        {
            byte[] pack = PackWriter.Write(SpotterPacks.Make(SpotterTests.Small, settings, seed).Model);
            short[] samples = SpotterPacks.Sound(20, SpotterTests.Small.SampleRate, seed);
            using var host = new HostSpotter(ManagedRuns.Library, pack);
            List<HeardWord> expected = host.Push(samples);
            var spotter = new KeywordSpotter(new ArrayPack(pack));
            CollectionAssert.AreEqual(expected, Listen(spotter, samples, seed));
            spotter.Reset();
            CollectionAssert.AreEqual(expected, Listen(spotter, samples, seed + 1), "after a reset");
            words += expected.Count;
        }

        Assert.IsGreaterThan(5, words);
    }

    [TestMethod]
    public void RealWordsAreHeard()
    {
        byte[] pack = ManagedRuns.ShippedBytes("digits.tsk");
        var spotter = new KeywordSpotter(new StreamedPack(pack));
        short[] word = Signals.Recordings().First(recording => recording.Name.EndsWith("7_theo_0.wav", StringComparison.Ordinal)).Samples;
        Assert.AreEqual(8000, spotter.SampleRate);
        var quiet = new Random(1);
        short[] samples = [.. Hiss(quiet, spotter.SampleRate), .. word, .. Hiss(quiet, 2 * spotter.SampleRate)];
        using var host = new HostSpotter(ManagedRuns.Library, pack);
        List<HeardWord> expected = host.Push(samples), heard = Listen(spotter, samples, 1);
        CollectionAssert.AreEqual(expected, heard);
        Assert.HasCount(1, heard);
        Assert.AreEqual("seven", spotter.GetLabels()[heard[0].Label]);
    }

    [TestMethod]
    public void ListeningAllocatesNothingBetweenWords()
    {
        var spotter = new KeywordSpotter(new ArrayPack(ManagedRuns.ShippedBytes("commands.tsk")));
        short[] samples = Hiss(new Random(1), 4000);
        spotter.Push(samples);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            spotter.Push(samples);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void ScoresAreThoseOfTheCore()
    {
        byte[] pack = ManagedRuns.ShippedBytes("bearing.tsk");
        using var host = new HostDetector(ManagedRuns.Library, pack);
        var detector = new AnomalyDetector(new ArrayPack(pack));
        var random = new Random(5);
        short[] samples = [.. Enumerable.Range(0, 60_000 * detector.Channels).Select(i =>
            (short)((400 * Math.Sin(i * 0.05)) + random.Next(-300, 300) + (i > 40_000 ? random.Next(-9000, 9000) : 0)))];
        Detection[] expected = [.. host.Run(samples).Where(frame => frame.Scored)];
        foreach (int most in (int[])[1, 7, 5000])
        {
            var scored = new List<(int, bool, bool)>();
            AnomalyScoredEventHandler note = (_, e) => scored.Add((e.Score, e.IsAlarm, e.IsEvent));
            detector.AnomalyScored += note;
            for (int taken = 0, count; taken < samples.Length; taken += count)
            {
                count = Math.Min(random.Next(1, most + 1) * detector.Channels, samples.Length - taken);
                detector.Push(samples, taken, count);
            }

            CollectionAssert.AreEqual(expected.Select(frame => (frame.Score, frame.Alarm, frame.Event)).ToArray(), scored);
            detector.AnomalyScored -= note;
            detector.Reset();
        }

        Assert.IsGreaterThan(20, expected.Length);
        Assert.IsTrue(expected.Any(frame => frame.Event));
    }

    [TestMethod]
    public void WatchingAllocatesNothing()
    {
        var detector = new AnomalyDetector(new ArrayPack(ManagedRuns.ShippedBytes("bearing.tsk")));
        int scores = 0;
        detector.AnomalyScored += (_, _) => scores++;
        short[] samples = Hiss(new Random(1), 20_000 * detector.Channels);
        detector.Push(samples);
        long before = GC.GetAllocatedBytesForCurrentThread();
        detector.Push(samples);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.IsGreaterThan(3, scores);
    }

    [TestMethod]
    public void SamplesAreChecked()
    {
        var spotter = new KeywordSpotter(new ArrayPack(ManagedRuns.ShippedBytes("digits.tsk")));
        Assert.ThrowsExactly<ArgumentNullException>(() => spotter.Push(null!));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => spotter.Push(new short[10], 0, 11));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => spotter.Push(new short[10], 11, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => spotter.Push(new short[10], -1, 5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => spotter.Push(new short[10], 5, int.MaxValue));
    }

    private static short[] Hiss(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (short)random.Next(-20, 20))];

    private static List<HeardWord> Listen(KeywordSpotter spotter, short[] samples, int seed)
    {
        var heard = new List<HeardWord>();
        KeywordHeardEventHandler note = (_, e) => heard.Add(new HeardWord(e.TimeMs, e.Label, e.Score));
        spotter.KeywordHeard += note;
        var random = new Random(seed);
        for (int taken = 0, count; taken < samples.Length; taken += count)
        {
            count = Math.Min(random.Next(1, 900), samples.Length - taken);
            spotter.Push(samples, taken, count);
        }

        spotter.KeywordHeard -= note;
        return heard;
    }
}
