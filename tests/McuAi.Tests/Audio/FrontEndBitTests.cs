using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Pack;
using McuAi.Tests.Core;

namespace McuAi.Tests.Audio;

/// <summary>The C core and the plain reference give the same bits.</summary>
[TestClass]
public sealed class FrontEndBitTests
{
    public static IEnumerable<object[]> Settings => Enumerable.Range(0, FrontEndCases.All.Length).SelectMany(i =>
        ((bool[])[false, true]).Select(compact => new object[] { i, compact, FrontEndCases.Name(FrontEndCases.All[i]) }));

    [TestMethod]
    [DynamicData(nameof(Settings))]
    public void CoreEqualsReference(int index, bool compact, string name)
    {
        FrontEndSettings settings = FrontEndCases.All[index];
        byte[] tables = FrontEndTables.Make(settings, 1 + (0.03 * (index % 5)), compact);
        using var stream = new FrontEndStream(CoreRun.Library, tables);
        var reference = new IntegerFrontEnd(tables);
        foreach ((string signal, short[] samples) in Signals.Synthetic().Concat(FrontEndCases.Shared(Signals.Recordings)))
        {
            stream.Reset();
            List<short[]> expected = reference.Frames(samples);
            Assert.AreEqual(expected.Count, stream.Push(samples), $"{name}, {signal}");
            for (int age = 0; age < Math.Min(settings.Frames, expected.Count); age++)
                CollectionAssert.AreEqual(expected[^(age + 1)], stream.Frame(age).ToArray(), $"{name}, {signal}, age {age}");
            if (expected.Count >= settings.Frames)
                CollectionAssert.AreEqual(reference.Window(expected), stream.Window(), $"{name}, {signal}");
        }
    }

    /// <summary>What compact tables leave out are mirror images of what they have, but for the rounding of a few elements of
    /// the window, which floating point does not give the same on both sides.</summary>
    [TestMethod]
    [DataRow(64)]
    [DataRow(128)]
    [DataRow(256)]
    [DataRow(512)]
    [DataRow(1024)]
    [DataRow(2048)]
    public void CompactTablesStandForTheWholeOnes(int fft)
    {
        var settings = new FrontEndSettings { WindowSamples = fft - 2, FftSize = fft, Channels = 16, Frames = 4 };
        byte[] whole = FrontEndTables.Make(settings), compact = FrontEndTables.Make(settings, compact: true);
        Assert.IsLessThan(whole.Length - (2 * fft), compact.Length);
        (FrontEndReader first, FrontEndReader second) = (new(whole), new(compact));
        for (int n = 0; n < settings.WindowSamples; n++)
            Assert.AreEqual(first.WindowAt(n), second.WindowAt(n), 1, $"window, {n}");
        ReadOnlySpan<int> passes = MemoryMarshal.Cast<byte, int>(whole.AsSpan(BitConverter.ToInt32(whole, 52)));
        int place = 0;
        for (int q = int.Log2(fft / 2) % 2 == 0 ? 4 : 2; q < fft / 2; q *= 4)
            for (int k = 0; k < q; k++)
                foreach (int turns in (int[])[2, 1, 3])
                    Assert.AreEqual((passes[place++], passes[place++]), second.Twiddle(turns * k * fft / 4 / q), $"{turns} p, k = {k}");
    }

    [TestMethod]
    public void PacksThatWereShippedHearAsBefore()
    {
        byte[] pack = File.ReadAllBytes(Path.Combine(ProjectFolder.Find().Root, "models", "digits.tsk"));
        CollectionAssert.AreEqual(FrontEndTables.Make(FrontEndSettings.KeywordSpotting), PackReader.Read(pack).FrontEnd);
    }

    [TestMethod]
    public void BatchOfClipsEqualsOneAfterAnother()
    {
        const int count = 7, clip = 8000;
        using var frontEnd = new HostFrontEnd(CoreRun.Library, FrontEndSettings.KeywordSpotting);
        short[] clips = new short[count * clip];
        var random = new Random(3);
        for (int i = 0; i < clips.Length; i++)
            clips[i] = (short)random.Next(-3000 * (1 + (i / clip)), 3000 * (1 + (i / clip)));
        int bytes = frontEnd.Settings.InputBytes;
        sbyte[] inputs = new sbyte[count * bytes];
        frontEnd.Compute(clips, clip, inputs);
        var reference = new IntegerFrontEnd(frontEnd.Tables);
        for (int i = 0; i < count; i++)
            CollectionAssert.AreEqual(reference.Window(reference.Frames(clips.AsSpan(i * clip, clip))),
                inputs[(i * bytes)..((i + 1) * bytes)], $"clip {i}");
    }

    /// <summary>A figure for the log, not a condition: 64 clips of a second, as training takes them.</summary>
    [TestMethod]
    public void TimeOfABatch()
    {
        using var frontEnd = new HostFrontEnd(HostLibraryBuilder.Load(SharedData.RepositoryRoot!),
            FrontEndSettings.KeywordSpotting);
        short[] clips = new short[64 * 8000];
        new Random(1).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(clips.AsSpan()));
        sbyte[] inputs = new sbyte[64 * frontEnd.Settings.InputBytes];
        double least = double.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            frontEnd.Compute(clips, 8000, inputs);
            least = Math.Min(least, System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine($"64 clips: {least:g3} ms");
        Assert.IsTrue(inputs.Any(x => x != 0));
    }

    [TestMethod]
    public void SilenceAndConstantsAreTheZeroPoint()
    {
        var settings = new FrontEndSettings { ZeroPoint = -5 };
        using var frontEnd = new HostFrontEnd(CoreRun.Library, settings);
        foreach (short value in (short[])[0, 1, -1])
            CollectionAssert.AreEqual(Enumerable.Repeat((sbyte)-5, settings.InputBytes).ToArray(),
                frontEnd.Compute(Enumerable.Repeat(value, 8000).ToArray()), $"constant {value}");
    }

    [TestMethod]
    public void FloatSamplesAreRoundedAndClipped() => CollectionAssert.AreEqual(
        (short[])[0, 16384, -32768, 32767, -32768, 1], Samples.FromFloat([0, 0.5f, -1, 1, -3, 0.9f / 32768]));
}
