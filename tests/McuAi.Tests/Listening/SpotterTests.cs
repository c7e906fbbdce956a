using McuAi.HostTools.Listening;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Core;

namespace McuAi.Tests.Listening;

/// <summary>The keyword spotter of the C core against its plain version.</summary>
[TestClass]
public sealed class SpotterTests
{
    /// <summary>A front end that runs fast.</summary>
    internal static readonly FrontEndSettings Small = new()
    {
        WindowSamples = 128, HopSamples = 80, FftSize = 128, Channels = 10, Frames = 33,
    };

    public static IEnumerable<object?[]> Settings() => ((SpotterSettings?[])
    [
        null,
        new() { Threshold = 60, Release = 40 },
        new() { Threshold = 80, Release = 80, Delay = 0, Smoothing = 1, Hop = 1, Refractory = 0 },
        new() { Threshold = 100, Release = 60, Others = 179 },
        new() { Threshold = 130, Release = 90, Others = 255, Smoothing = 4 },
        new() { Threshold = 1, Release = 0, Delay = 1, Smoothing = 2, Hop = 3, Refractory = 0, Gate = 0 },
        new() { Threshold = 70, Release = 50, Gate = 0, Active = 0, Hop = 33 },
        new() { Threshold = 60, Release = 30, Gate = 3000, Rise = 60_000, Fall = 0, Least = 9000 },
        new() { Threshold = 50, Release = 49, Smoothing = 32, Hop = 2, Active = 33, Delay = 9, Refractory = 200, Fall = 15 },
    ]).Select(settings => new object?[] { settings });

    [TestMethod]
    [DynamicData(nameof(Settings))]
    public void EventsAreThoseOfThePlainVersion(SpotterSettings? settings)
    {
        int events = 0;
        for (int seed = 1; seed <= 6; seed++)
        {
            SpotterPack pack = SpotterPacks.Make(Small, settings, seed);
            short[] samples = SpotterPacks.Sound(20, Small.SampleRate, seed);
            (List<HeardWord> expected, int inferences) = Plain(pack, samples);
            Hearing heard = HostListening.Run(pack, samples);
            CollectionAssert.AreEqual(expected, heard.Words.ToArray());
            Assert.AreEqual(inferences, heard.Inferences);
            events += expected.Count;
        }

        Assert.IsGreaterThan(5, events);
    }

    [TestMethod]
    public void ChunksOfAnySizeGiveTheSameEvents()
    {
        SpotterPack pack = SpotterPacks.Make(Small, new SpotterSettings { Threshold = 60, Release = 40 });
        short[] samples = SpotterPacks.Sound(30, Small.SampleRate, 3);
        using var spotter = new HostSpotter(CoreRun.Library, PackWriter.Write(pack.Model));
        var heard = new List<HeardWord>();
        var random = new Random(2);
        for (int taken = 0, count; taken < samples.Length; taken += count)
        {
            count = Math.Min(random.Next(1, 500), samples.Length - taken);
            heard.AddRange(spotter.Push(samples.AsSpan(taken, count)));
        }

        CollectionAssert.AreEqual(HostListening.Run(pack, samples).Words.ToArray(), heard);
        Assert.IsGreaterThan(3, heard.Count);
    }

    [TestMethod]
    public void SilentClassesGiveNoEvents()
    {
        SpotterPack pack = SpotterPacks.Make(Small, new SpotterSettings { Threshold = 1, Release = 0, Gate = 0 }, 1,
            "_a", "unknown", "_", "silence", "_noise");
        Assert.IsEmpty(HostListening.Run(pack, SpotterPacks.Sound(10, Small.SampleRate, 1)).Words);
    }

    [TestMethod]
    public void NoiseOfAnyLevelKeepsTheGateShut()
    {
        SpotterPack pack = SpotterPacks.Make(FrontEndSettings.KeywordSpotting, null);
        foreach (double level in (double[])[-90, -60, -40, -20])
        {
            var random = new Random(1);
            double peak = 32767 * Math.Pow(10, level / 20) * Math.Sqrt(3);
            short[] noise = [.. Enumerable.Range(0, 20 * 8000).Select(_ => (short)Math.Clamp(
                peak * ((2 * random.NextDouble()) - 1), short.MinValue, short.MaxValue))];
            Assert.AreEqual(0, HostListening.Run(pack, noise).Inferences, $"{level} dB");
        }
    }

    [TestMethod]
    public void PacksThatDoNotFitAreRefused()
    {
        void Refused(Action<PackModel> damage, string words)
        {
            PackModel model = SpotterPacks.Make(Small, new SpotterSettings()).Model;
            damage(model);
            Assert.Contains(words, Assert.ThrowsExactly<ModelException>(
                () => new HostSpotter(CoreRun.Library, PackWriter.Write(model))).Message);
        }

        Refused(model => model.FrontEnd = null, "no keyword spotter");
        Refused(model => model.Metadata["labels"] = "a\nb", "no keyword spotter");
        Refused(model => model.Metadata["labels"] = "a\nb\nc\nd\ne\nf", "no keyword spotter");
        Refused(model => model.Metadata.Remove("labels"), "no keyword spotter");
        Refused(model => model.FrontEnd = FrontEndTables.Make(Small with { Frames = 34 }), "no keyword spotter");
        Refused(model => model.Spotter = model.Spotter![..27], "no keyword spotter");
        Refused(model => model.Spotter![0]++, "no keyword spotter");
        Refused(model => model.Spotter![4] = 2, "no keyword spotter"); // without the field of version 2
        Refused(model => model.Spotter![4] = 3, "newer core");
        Refused(model => model.Spotter = new SpotterSettings { Others = 1 }.Write(33)[..31], "no keyword spotter");
        Refused(model => (model.Spotter = new SpotterSettings { Others = 1 }.Write(33))[29] = 1, "no keyword spotter");
        foreach (int offset in (int[])[7, 9, 11, 13, 21, 25]) // the high bytes of fields with bounds
            Refused(model => model.Spotter![offset] = 0xFF, "no keyword spotter");
    }

    [TestMethod]
    public void SettingsComeBackFromThePackAndAreRefusedOutOfRange()
    {
        var settings = new SpotterSettings { Hop = 2, Smoothing = 7, Threshold = 200, Release = 3, Delay = 4, Refractory = 5,
            Gate = 6, Active = 8, Rise = 9, Fall = 10, Least = -11 };
        Assert.AreEqual(settings, SpotterPacks.Make(Small, settings).Settings);
        Assert.AreEqual(settings with { Others = 200 }, SpotterPacks.Make(Small, settings with { Others = 200 }).Settings);
        Assert.HasCount(28, settings.Write(49)); // as older cores read it
        Assert.AreEqual(new SpotterSettings(), SpotterPacks.Make(Small, null).Settings);
        string Refusal(SpotterSettings wrong) => Assert.ThrowsExactly<ModelException>(() => wrong.Write(49)).Message;
        Assert.Contains("hop of 50 frames", Refusal(new() { Hop = 50 }));
        Assert.Contains("33 windows", Refusal(new() { Smoothing = 33 }));
        Assert.Contains("other words of 256/256", Refusal(new() { Others = 256 }));
        Assert.Contains("release at 155/256", Refusal(new() { Release = 155 }));
    }

    private static (List<HeardWord> Words, int Inferences) Plain(SpotterPack pack, short[] samples)
    {
        SpotterSettings settings = pack.Settings;
        var frontEnd = new IntegerFrontEnd(pack.Model.FrontEnd!);
        List<short[]> frames = frontEnd.Frames(samples);
        using var core = new HostCore(CoreRun.Library, PackWriter.Write(pack.Model));
        var plain = new IntegerSpotter(settings, pack.FrontEnd.Frames, pack.Labels);
        List<IntegerEvent> events = plain.Events(frontEnd.Levels(samples), end =>
        {
            byte[] input = [.. frontEnd.Window(frames[..end]).Select(x => unchecked((byte)x))];
            return [.. core.Run(input).Select(x => unchecked((sbyte)x))];
        });
        int half = (pack.FrontEnd.Frames + ((settings.Smoothing - 1) * settings.Hop)) / 2;
        return ([.. events.Select(found => new HeardWord(
            (long)Math.Max(0, found.Frame - half) * pack.FrontEnd.Hop * 1000 / pack.FrontEnd.SampleRate, found.Label,
            found.Score))], plain.Inferences);
    }
}
