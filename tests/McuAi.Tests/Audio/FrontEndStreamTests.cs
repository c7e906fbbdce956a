using McuAi.HostTools.Native;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;
using McuAi.Tests.Core;

namespace McuAi.Tests.Audio;

/// <summary>Samples in chunks, the ring of frames, and what the front end refuses.</summary>
[TestClass]
public sealed class FrontEndStreamTests
{
    [TestMethod]
    public void ChunksOfAnySizeGiveTheFramesOfTheWhole()
    {
        var random = new Random(5);
        short[] samples = [.. Enumerable.Range(0, 40_000).Select(i => (short)random.Next(-1 << (i / 3000), 1 << (i / 3000)))];
        foreach (FrontEndSettings settings in FrontEndCases.All)
        {
            byte[] tables = FrontEndTables.Make(settings);
            List<short[]> expected = new IntegerFrontEnd(tables).Frames(samples);
            using var stream = new FrontEndStream(CoreRun.Library, tables);
            int frames = 0, most = 1;
            for (int taken = 0; taken < samples.Length;)
            {
                int chunk = Math.Min(random.Next(most), samples.Length - taken);
                int added = stream.Push(samples.AsSpan(taken, chunk));
                taken += chunk;
                frames += added;
                most = most * 3 % 4001 + 1;
                for (int age = 0; age < Math.Min(added, settings.Frames); age++)
                    CollectionAssert.AreEqual(expected[frames - 1 - age], stream.Frame(age).ToArray(),
                        $"{FrontEndCases.Name(settings)}, frame {frames - 1 - age}");
                if (added > 0 && frames >= settings.Frames && frames % 7 == 0)
                    CollectionAssert.AreEqual(new IntegerFrontEnd(tables).Window(expected[..frames]), stream.Window());
            }

            Assert.AreEqual(expected.Count, frames);
        }
    }

    [TestMethod]
    public void AWindowNeedsAllItsFrames()
    {
        FrontEndSettings settings = FrontEndSettings.KeywordSpotting;
        using var stream = new FrontEndStream(CoreRun.Library, FrontEndTables.Make(settings));
        stream.Push(new short[settings.ClipSamples - 1]);
        Assert.Contains("fewer audio frames", Assert.ThrowsExactly<ModelException>(() => stream.Window()).Message);
        Assert.ThrowsExactly<ModelException>(() => _ = stream.Frame(settings.Frames - 1).Length);
        stream.Push(new short[1]);
        Assert.HasCount(settings.InputBytes, stream.Window());
        stream.Reset();
        Assert.ThrowsExactly<ModelException>(() => stream.Window());
    }

    [TestMethod]
    public void ReferenceTakesTheMemoryThatTheReadmeStates()
    {
        using var stream = new FrontEndStream(CoreRun.Library, FrontEndTables.Make(FrontEndSettings.KeywordSpotting));
        Assert.AreEqual(5568, stream.MemoryBytes);
    }

    [TestMethod]
    public void SettingsOutOfRangeAreRefusedWithTheirValue()
    {
        string Refusal(FrontEndSettings settings) =>
            Assert.ThrowsExactly<ModelException>(() => FrontEndTables.Make(settings)).Message;
        Assert.Contains("FFT of 300", Refusal(new() { FftSize = 300 }));
        Assert.Contains("window of 257", Refusal(new() { WindowSamples = 257, FftSize = 512 }));
        Assert.Contains("129 mel channels", Refusal(new() { Channels = 129 }));
        Assert.Contains("60..4100 Hz", Refusal(new() { HighHertz = 4100 }));
        Assert.Contains("41 coefficients", Refusal(new() { Kind = FrontEndKind.Mfcc, Coefficients = 41 }));
        Assert.Contains("410 frames", Refusal(new() { Frames = 410 }));
        Assert.Contains("scale of 0", Refusal(new() { Scale = 0 }));
    }
}
