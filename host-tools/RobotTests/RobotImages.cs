using System.Runtime.InteropServices;
using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Demonstration;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Language;
using McuAi.HostTools.Listening;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.RobotTests;

/// <summary>A pack for the .robot tests.</summary>
/// <param name="IsAsked">Whether it is an error where the board does not hold it; otherwise its app is left out.</param>
public sealed record RobotPack(string Path, bool IsAsked);

/// <summary>The packs that the .robot tests of renode/ run, and what they are given.</summary>
/// <param name="Inference">Path of any model's, which the board has to hold.</param>
/// <param name="Inputs">Raw inputs of <paramref name="Inference"/>; null: the same noise each time.</param>
/// <param name="Story">Of a language model.</param>
/// <param name="Spotter">Of a keyword spotter.</param>
/// <param name="Detector">Of an anomaly detector.</param>
/// <param name="Streamed">Of a language model that is told from the board's flash chip.</param>
public sealed record RobotPacks(string Inference, byte[]? Inputs, RobotPack Story, StoryRequest Request, RobotPack Spotter,
    RobotPack Detector, RobotPack Streamed);

/// <summary>Builds what the .robot tests of renode/ run on a board: a folder for each app with image.elf and the block that
/// lies behind it, inputs.bin. What the console must say is computed on the host, by the C core, and lies beside them as
/// variables of Robot Framework.</summary>
public sealed class RobotImages(ProjectFolder project, Board board)
{
    private const string ResourceFile = "expected.resource";

    /// <summary>What the flash chip holds, from its address 0.</summary>
    private const string FlashFile = "flash.bin";

    /// <summary>Of firmware/apps/keyword-spotter: the label decides which one it lights.</summary>
    private const int Leds = 4;

    /// <summary>Caches are multiples of it.</summary>
    private const int CacheStep = 16;

    private const int StreamedTokens = 4;

    private const double VibrationSeconds = 0.5;

    private const int Inferences = 3, Seed = 1, WordsSpoken = 3, SpeechSeed = 7;

    /// <summary>Writes images and expectations of all apps.</summary>
    /// <param name="folder">Made if it is not there; files of the same names are replaced, and the folder of an app that is
    /// left out is deleted.</param>
    /// <returns>A sentence for each app that was left out.</returns>
    /// <exception cref="BoardException">An image cannot be built, or its inputs do not fit behind it.</exception>
    /// <exception cref="ModelException">A pack is not of the kind that its app takes.</exception>
    public async Task<IReadOnlyList<string>> WriteAsync(RobotPacks packs, string folder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(packs);
        var expected = new RobotVariables();
        var leftOut = new List<string>();
        Directory.CreateDirectory(folder);
        await WriteInferenceAsync(packs, Path.Combine(folder, "inference"), expected, cancellation).ConfigureAwait(false);
        await WriteAppAsync("story", packs.Story, app => WriteStoryAsync(packs, app, expected, cancellation)).ConfigureAwait(false);
        await WriteAppAsync("keywords", packs.Spotter, app => WriteKeywordsAsync(packs.Spotter.Path, app, expected, cancellation))
            .ConfigureAwait(false);
        await WriteAppAsync("anomaly", packs.Detector, app => WriteAnomalyAsync(packs.Detector.Path, app, expected, cancellation))
            .ConfigureAwait(false);
        if (board.SpiFlash is not null || packs.Streamed.IsAsked)
            await WriteAppAsync("streamed", packs.Streamed, app => WriteStreamedAsync(packs, app, expected, cancellation))
                .ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(folder, ResourceFile), expected.ToString(), cancellation).ConfigureAwait(false);
        return leftOut;

        async Task WriteAppAsync(string name, RobotPack pack, Func<string, Task> write)
        {
            string place = Path.Combine(folder, name);
            try
            {
                await write(place).ConfigureAwait(false);
            }
            catch (BoardException e) when (e.IsTooLarge && !pack.IsAsked)
            {
                leftOut.Add($"{name} is left out: {e.Message}");
                // An image of an earlier time would be taken for this one.
                if (Directory.Exists(place))
                    Directory.Delete(place, recursive: true);
            }
        }
    }

    private async Task WriteInferenceAsync(RobotPacks packs, string folder, RobotVariables expected,
        CancellationToken cancellation)
    {
        PackModel model = ModelFile.ReadPackOrModel(packs.Inference);
        byte[] plain = PackWriter.Write(model);
        int inputBytes = ModelInput.Bytes(model);
        byte[] inputs = packs.Inputs ?? Noise(Inferences * inputBytes);
        using (var core = new HostCore(HostLibraryBuilder.Load(project.Root), plain))
        {
            expected.Add("INFERENCE_OUTPUTS", Enumerable.Range(0, inputs.Length / inputBytes).Select(i =>
                Convert.ToHexStringLower(core.Run(inputs.AsSpan(i * inputBytes, inputBytes)))));
        }

        BoardPack laidOut = BoardPack.For(model, board);
        FirmwareImage image = await new FirmwareBuilder(project, board).BuildAsync(laidOut.Bytes, laidOut.Info,
            cancellation: cancellation).ConfigureAwait(false);
        Write(folder, image, inputs, inputBytes);
        expected.Add("DAMAGED_WEIGHT", Weight(laidOut));
    }

    /// <summary>Offset in a pack of the byte that a test flips: in the middle of the first shard, between whose last weights and
    /// the next shard is padding that no checksum covers.</summary>
    private static int Weight(BoardPack pack)
    {
        PackShard first = pack.Model.Shards.FirstOrDefault() ?? throw new ModelException(
            "The model has no weights, so no test can damage one; give another.");
        return first.Offset + (first.Bytes / 2);
    }

    private async Task WriteStoryAsync(RobotPacks packs, string folder, RobotVariables expected,
        CancellationToken cancellation)
    {
        LanguagePack pack = LanguagePack.Read(packs.Story.Path);
        (FirmwareImage image, _) = await new BoardStory(project, board).BuildAsync(pack, cancellation).ConfigureAwait(false);
        WriteTelling(folder, image, packs.Request);
        expected.Add("STORY_PIECES", Pieces(pack, packs.Request));
    }

    /// <summary>With as little cache as the pack allows: the more is read. Renode takes some seconds for each megabyte, so the
    /// prompt's first word and a few tokens have to do.</summary>
    private async Task WriteStreamedAsync(RobotPacks packs, string folder, RobotVariables expected,
        CancellationToken cancellation)
    {
        LanguagePack pack = LanguagePack.Read(packs.Streamed.Path);
        long cache = (pack.Model.CacheSizes.Least + CacheStep - 1) / CacheStep * CacheStep;
        var story = new BoardStory(project, board)
        {
            CacheBytes = (int)Math.Min(cache, int.MaxValue / CacheStep * CacheStep), Device = FirmwareDevice.SpiFlash,
        };
        (FirmwareImage image, BoardPack laidOut) = await story.BuildAsync(pack, cancellation).ConfigureAwait(false);
        StoryRequest shortened = packs.Request with
        {
            Prompt = packs.Request.Prompt.Split(' ')[0], Tokens = Math.Min(packs.Request.Tokens, StreamedTokens),
        };
        WriteTelling(folder, image, shortened);
        await File.WriteAllBytesAsync(Path.Combine(folder, FlashFile), laidOut.Bytes, cancellation).ConfigureAwait(false);
        expected.Add("DAMAGED_FLASH_WEIGHT", Weight(laidOut));
        expected.Add("STREAMED_PIECES", Pieces(pack, shortened));
    }

    private static IEnumerable<string> Pieces(LanguagePack pack, StoryRequest request) =>
        [.. Story.Tell(pack, request).Select(piece => Convert.ToHexStringLower(piece.Span))];

    private void WriteTelling(string folder, FirmwareImage image, StoryRequest asked)
    {
        byte[] request = BoardStory.Request(asked);
        Write(folder, image, request, request.Length);
    }

    private async Task WriteKeywordsAsync(string path, string folder, RobotVariables expected,
        CancellationToken cancellation)
    {
        SpotterPack pack = SpotterPack.Read(path);
        string[] words = [.. pack.Labels.Where(SpotterSettings.IsWord)];
        new Random(SpeechSeed).Shuffle(words);
        SpokenSentence sentence = await SpokenSentence.SpeakAsync([.. words.Take(WordsSpoken)], pack.FrontEnd.SampleRate,
            SpeechSeed, cancellation).ConfigureAwait(false);
        short[] samples = Samples.FromFloat(sentence.Samples);
        IReadOnlyList<HeardWord> heard = HostListening.Run(pack, samples).Words;
        if (heard.Count == 0)
            throw new ModelException($"{path} hears none of the words that voices speak, so there is nothing to test; " +
                "train it on them.");
        FirmwareImage image = await new BoardListening(project, board)
            .BuildAsync(pack, FirmwareSound.Recording, cancellation).ConfigureAwait(false);
        Write(folder, image, MemoryMarshal.AsBytes<short>(samples).ToArray(), 2 * samples.Length);
        expected.Add("KEYWORD_EVENTS", heard.Select(word => $"{word.TimeMs} {pack.Labels[word.Label]} {word.Score}"));
        expected.Add("KEYWORD_LEDS", heard.Select(word => $"{word.Label % Leds}"));
    }

    /// <summary>Half a second of a simulated bearing that is healthy, and half a second of one that is damaged, on each channel.
    /// </summary>
    private async Task WriteAnomalyAsync(string path, string folder, RobotVariables expected, CancellationToken cancellation)
    {
        byte[] pack = PackWriter.Write(ModelFile.ReadPack(path));
        int instantBytes = NodeEmulation.InstantBytes(pack);
        var bearing = new SimulatedBearing(Seed);
        SampleScale[] scales = [new(0, SimulatedBearing.FullScale / 32768)];
        short[] samples = [.. ((bool[])[false, true])
            .SelectMany(isDamaged => SampleScale.Samples(bearing.Run(VibrationSeconds, isDamaged), scales))
            .SelectMany(sample => Enumerable.Repeat(sample, instantBytes / sizeof(short)))];
        FirmwareImage image = await NodeEmulation.BuildAsync(board, pack, cancellation).ConfigureAwait(false);
        Write(folder, image, MemoryMarshal.AsBytes<short>(samples).ToArray(), instantBytes);
        using var detector = new HostDetector(HostLibraryBuilder.Load(project.Root), pack);
        expected.Add("ANOMALY_FRAMES", detector.Run(samples).Select(frame => Convert.ToHexStringLower(frame.Bytes)));
    }

    private static byte[] Noise(int bytes)
    {
        byte[] noise = new byte[bytes];
        new Random(Seed).NextBytes(noise);
        return noise;
    }

    private void Write(string folder, FirmwareImage image, byte[] inputs, int inputBytes)
    {
        byte[] block = InputBlock.Make(inputs, inputBytes);
        if (block.Length > image.InputRoom)
            throw new BoardException($"The inputs take {block.Length:N0} bytes and {image.InputRoom:N0} are free behind the " +
                $"image on {board.Name}; give fewer or shorter ones.")
            {
                IsTooLarge = true,
            };
        Directory.CreateDirectory(folder);
        File.Copy(image.ElfPath, Path.Combine(folder, "image.elf"), overwrite: true);
        File.WriteAllBytes(Path.Combine(folder, "inputs.bin"), block);
    }
}
