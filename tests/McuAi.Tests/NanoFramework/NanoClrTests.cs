using System.Buffers.Binary;
using System.Text;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.HostTools.Native;
using McuAi.NanoFramework;
using McuAi.Tests.Audio;

namespace McuAi.Tests.NanoFramework;

/// <summary>The device's assembly on a real nanoCLR, where there is one: what it prints is what the core gives on the host.</summary>
[TestClass]
public sealed class NanoClrTests
{
    private const string Spotter = "digits.tsk", Detector = "bearing.tsk", Story = "stories.tsk", Prompt = "Tim saw a dog";
    private const int Inferences = 3, LongestArray = 786_000, Blocks = 12, Tokens = 30;

    [TestMethod]
    public async Task TheDeviceSaysWhatTheCoreSays()
    {
        var runtime = NanoClr.Find();
        string folder = Directory.CreateTempSubdirectory("mcuai-nanoclr-").FullName;
        try
        {
            string[] packs = [.. ManagedRuns.Shipped.Select(row => (string)row[0])];
            foreach (string pack in packs)
                File.Copy(Learning.ModelCard.Path(pack), Path.Combine(folder, pack));
            short[] sound = Sound();
            File.WriteAllBytes(Path.Combine(folder, "sound.raw"), [.. sound.SelectMany(BitConverter.GetBytes)]);
            string program = File.ReadAllText(Path.Combine(ProjectFolder.Find().Root, "tests/nanoframework/Program.cs"));
            string output = await runtime.RunAsync(folder, program, Settings(folder, packs));
            string[] lines = [.. output.Split('\n').Select(line => line.TrimEnd('\r')).SkipWhile(line => !line.StartsWith(packs[0], StringComparison.Ordinal))
                .TakeWhile(line => line != "done")];
            string[] expected = [.. packs.SelectMany(Outputs), .. Heard(sound), Scores(), "story " + Told(), .. Errors()];
            CollectionAssert.AreEqual(expected, lines, output);
            Assert.Contains("done", output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Settings(string folder, string[] packs) => $$"""
        namespace McuAi.Tests.Device
        {
            public static class Settings
            {
                public static readonly string[] Packs = new string[] { {{string.Join(", ", packs.Select(pack => $"\"{pack}\""))}} };
                public const string Folder = "{{folder}}/";
                public const string Spotter = "{{Spotter}}";
                public const string Sound = "sound.raw";
                public const string Detector = "{{Detector}}";
                public const string Story = "{{Story}}";
                public const string Prompt = "{{Prompt}}";
                public const int Blocks = {{Blocks}};
                public const int Tokens = {{Tokens}};
            }
        }
        """;

    /// <summary>Of a pack in all its places.</summary>
    private static IEnumerable<string> Outputs(string name)
    {
        byte[] pack = ManagedRuns.ShippedBytes(name);
        var ports = new Model(new ArrayPack(pack));
        bool isLanguage = ports.GetInputInfo(0).Type == ElementType.Int32;
        using var core = new HostCore(ManagedRuns.Library, pack);
        string[] lines = new string[Inferences];
        for (int i = 0; i < Inferences; i++)
        {
            byte[] inputs = isLanguage
                ? [(byte)(40 + i), 0, 0, 0, (byte)i, 0, 0, 0]
                : [.. Enumerable.Range(0, ports.GetInputInfo(0).Bytes).Select(k => (byte)((k * 7) + i))];
            byte[] outputs = core.Run(inputs);
            lines[i] = $"{name} {i} ";
            for (int port = 0, offset = 0; port < ports.OutputCount; offset += ports.GetOutputInfo(port++).Bytes)
                lines[i] += Sum(outputs.AsSpan(offset, ports.GetOutputInfo(port).Bytes));
        }

        return Enumerable.Repeat(lines, pack.Length > LongestArray ? 2 : 3).SelectMany(each => each);
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte one in bytes)
            sum = unchecked((sum * 31) + one);
        return sum;
    }

    /// <summary>A digit between pauses, in whole pushes of the program.</summary>
    private static short[] Sound()
    {
        var random = new Random(1);
        short[] word = Signals.Recordings().First(recording => recording.Name.EndsWith("7_theo_0.wav", StringComparison.Ordinal)).Samples;
        short[] sound = [.. Pause(8000), .. word, .. Pause(16_000)];
        return sound[..(sound.Length / 1000 * 1000)];

        IEnumerable<short> Pause(int count) => Enumerable.Range(0, count).Select(_ => (short)random.Next(-20, 20)).ToArray();
    }

    private static string[] Heard(short[] sound)
    {
        using var host = new HostSpotter(ManagedRuns.Library, ManagedRuns.ShippedBytes(Spotter));
        string[] labels = new Pack(new ArrayPack(ManagedRuns.ShippedBytes(Spotter))).GetLines("labels");
        string[] words = [.. host.Push(sound).Select(word => $"heard {labels[word.Label]} {word.TimeMs} {word.Score}")];
        Assert.HasCount(1, words);
        return words;
    }

    private static string Scores()
    {
        using var host = new HostDetector(ManagedRuns.Library, ManagedRuns.ShippedBytes(Detector));
        int channels = new AnomalyDetector(new ArrayPack(ManagedRuns.ShippedBytes(Detector))).Channels;
        short[] samples = new short[Blocks * 1024 * channels];
        uint noise = 1;
        for (int i = 0; i < samples.Length; i++)
        {
            noise = unchecked((noise * 1664525) + 1013904223);
            samples[i] = (short)((int)(noise >> 22) - 512);
        }

        Detection[] scored = [.. host.Run(samples).Where(frame => frame.Scored)];
        Assert.IsGreaterThan(3, scored.Length);
        uint sum = scored.Aggregate(0u, (sum, frame) => unchecked((sum * 31) + (uint)frame.Score + (frame.Event ? 1u : 0u)));
        return $"scores {scored.Length} {sum}";
    }

    private static string Told()
    {
        using var text = new MemoryStream();
        foreach (ReadOnlyMemory<byte> piece in HostTools.Language.Story.Tell(LanguagePack.Read(Learning.ModelCard.Path(Story)),
            new StoryRequest(Prompt, Tokens, 0.8, 0, 0.95, 7)))
            text.Write(piece.Span);
        return Encoding.UTF8.GetString(text.ToArray()).Replace('\n', '|') + "|";
    }

    private static IEnumerable<string> Errors()
    {
        byte[] newer = new byte[80];
        "TSK1"u8.CopyTo(newer);
        BinaryPrimitives.WriteUInt16LittleEndian(newer.AsSpan(4), 2);
        foreach (byte[] pack in (byte[][])[new byte[100], newer])
        {
            McuAiException error = Assert.ThrowsExactly<McuAiException>(() => new Model(new ArrayPack(pack)));
            yield return $"error {(int)error.Code} {error.Message}";
        }

        yield return $"error {(int)ErrorCode.Read}";
    }
}
