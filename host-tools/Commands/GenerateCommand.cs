using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai generate X.tsk --prompt P: goes on from a prompt, on this machine or on an emulated board.</summary>
internal static class GenerateCommand
{
    private const int DefaultTokens = 256, MostDraft = 15;

    /// <summary>What bytes of a cache are rounded down to.</summary>
    private const int CacheStep = 16;

    private const string ChipEnding = ".flash";

    private static readonly Argument<string> Pack = LanguageArguments.Pack();
    private static readonly Option<string?> BoardName = LanguageArguments.BoardName();

    private static readonly Option<string> Prompt = new("--prompt", "-p")
    {
        Description = "how the text begins", DefaultValueFactory = _ => "",
    };

    private static readonly Option<int> Tokens = new("--tokens", "-n")
    {
        Description = "make so many tokens at most", DefaultValueFactory = _ => DefaultTokens,
    };

    private static readonly Option<double> Temperature = new("--temperature", "-t")
    {
        Description = "0: always the likeliest token; 1: as the model foresees", DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int> TopK = new("--top-k")
    {
        Description = "only the likeliest so many tokens; 0: all", DefaultValueFactory = _ => 0,
    };

    private static readonly Option<double> TopP = new("--top-p")
    {
        Description = "only the likeliest tokens that come to this share together", DefaultValueFactory = _ => 1,
    };

    private static readonly Option<uint> Seed = new("--seed") { Description = "of chance, not 0", DefaultValueFactory = _ => 1 };

    private static readonly Option<int> Draft = new("--draft")
    {
        Description = "guess so many tokens and let the model check them in one pass through its weights: the same text; for packs of " +
            "`convert --rows`", DefaultValueFactory = _ => 0,
    };

    private static readonly Option<bool> Figures = new("--figures") { Description = "print what it took on standard error" };

    private static readonly Option<bool> Streams = new("--stream")
    {
        Description = "leave the weights on a block device and read them through a cache; shows what that takes",
    };

    private static readonly Option<string> Cache = new("--cache")
    {
        Description = "bytes of the cache for --stream, as 200000 or 256k", DefaultValueFactory = _ => "256k",
    };

    private static readonly Option<string?> Image = new("--image")
    {
        Description = "write the story-teller for the real board, an ELF file, and tell nothing here; with --stream the weights " +
            "lie on the board's flash chip, and a file that ends in .flash holds what that must have from its address 0",
    };

    public static Command Create()
    {
        var command = new Command("generate", "Let a language model go on from a prompt.")
        {
            Pack, Prompt, Tokens, Temperature, TopK, TopP, Seed, Draft, Figures, BoardName, Streams, Cache, Image,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var request = new StoryRequest(arguments.GetValue(Prompt)!, arguments.GetValue(Tokens), arguments.GetValue(Temperature),
            arguments.GetValue(TopK), arguments.GetValue(TopP), arguments.GetValue(Seed), arguments.GetValue(Draft));
        if (request.Tokens < 0)
            throw new ModelException($"--tokens {request.Tokens}: give how many tokens to make, 0 or more.");
        if (request.Draft is < 0 or > MostDraft)
            throw new ModelException($"--draft {request.Draft}: give how many tokens to guess, 0 to {MostDraft}.");
        int cache = arguments.GetValue(Streams) ? CacheBytes(arguments.GetValue(Cache)!) : 0;
        if (arguments.GetValue(Image) is { } path)
            CheckImage(arguments, path);
        LanguagePack pack = LanguagePack.Read(arguments.GetValue(Pack)!);
        if (arguments.GetValue(Image) is { } image)
        {
            await WriteImageAsync(pack, LanguageArguments.Board(arguments.GetValue(BoardName)), cache, image, cancellation);
            return 0;
        }

        await using Stream output = Console.OpenStandardOutput();
        if (LanguageArguments.Board(arguments.GetValue(BoardName)) is { } board)
            await TellOnBoardAsync(pack, request, board, cache, output, cancellation);
        else
            await TellHereAsync(pack, request, cache, arguments.GetValue(Figures), output, cancellation);
        await output.WriteAsync("\n"u8.ToArray(), cancellation);
        return 0;
    }

    /// <summary>Refuses what the image would not follow, and a name that what the flash chip holds has to have.</summary>
    private static void CheckImage(ParseResult arguments, string path)
    {
        Option[] ofStories = [Prompt, Tokens, Temperature, TopK, TopP, Seed, Draft, Figures];
        if (Array.Find(ofStories, option => arguments.GetResult(option) is { Implicit: false }) is { } stray)
            throw new ModelException($"{stray.Name} is for a story that is told now, and --image writes firmware; leave one of " +
                "them out.");
        if (Path.GetExtension(path).Equals(ChipEnding, StringComparison.OrdinalIgnoreCase))
            throw new ModelException($"--image {path}: {ChipEnding} is the ending of what the flash chip holds, so name the " +
                "ELF file otherwise, such as story.elf.");
    }

    private static async Task WriteImageAsync(LanguagePack pack, Board? board, int cache, string path,
        CancellationToken cancellation)
    {
        (FirmwareImage image, BoardPack laidOut) = await new BoardStory(ProjectFolder.Find(),
                board ?? throw new ModelException("--image writes firmware for a board; name it with --board."))
            {
                CacheBytes = cache, Device = FirmwareDevice.SpiFlash,
            }
            .BuildAsync(pack, cancellation);
        ModelFile.WriteAtomically(path, await File.ReadAllBytesAsync(image.ElfPath, cancellation));
        await Console.Error.WriteLineAsync($"{path}: {image.Sizes.Code + image.Sizes.Pack:N0} bytes of flash, {image.Sizes.Ram:N0} " +
            "bytes of RAM without the stack");
        if (cache == 0)
            return;
        string chip = Path.ChangeExtension(path, ChipEnding);
        ModelFile.WriteAtomically(chip, laidOut.Bytes);
        await Console.Error.WriteLineAsync($"{chip}: {laidOut.Bytes.Length:N0} bytes for the flash chip, from its address 0: " +
            board.SpiFlash!.Description);
    }

    private static async Task TellHereAsync(LanguagePack pack, StoryRequest request, int cache, bool figures, Stream output,
        CancellationToken cancellation)
    {
        using HostStore? store = cache > 0 ? pack.Store(cache) : null;
        StoryFigures? told = null;
        foreach (ReadOnlyMemory<byte> piece in Story.Tell(pack, request, store, took => told = took))
        {
            cancellation.ThrowIfCancellationRequested();
            await output.WriteAsync(piece, cancellation);
            await output.FlushAsync(cancellation);
        }

        if (figures)
            await Console.Error.WriteLineAsync($"\n{told!.Tokens} tokens in {told.Passes} passes through the weights");
        if (store is not null)
            await Console.Error.WriteLineAsync($"cache of {cache:N0} bytes, what it holds for good included: " +
                $"{new StreamingReport(store.Statistics, Math.Max(told!.Tokens, 1))}");
    }

    private static int CacheBytes(string text)
    {
        double bytes = Amounts.Bytes("--cache", text);
        return bytes is >= CacheStep and <= int.MaxValue
            ? (int)bytes / CacheStep * CacheStep
            : throw new ModelException($"--cache {text}: give {CacheStep} bytes or more, and less than 2 GiB.");
    }

    private static async Task TellOnBoardAsync(LanguagePack pack, StoryRequest request, Board board, int cache, Stream output,
        CancellationToken cancellation)
    {
        (byte[] text, BoardTelling telling) = await new BoardStory(ProjectFolder.Find(), board) { CacheBytes = cache }
            .TellAsync(pack, request, cancellation);
        await output.WriteAsync(text, cancellation);
        await Console.Error.WriteLineAsync($"{board.Name}: {telling.Tokens} tokens in {telling.Passes} passes, " +
            $"{telling.InstructionsPerToken:N0} instructions a token, {telling.ArenaBytes:N0} bytes of arena, {telling.RamBytes:N0} of RAM in all, {telling.Sizes.Code:N0} of code, " +
            $"{telling.Sizes.Pack:N0} of pack");
        if (telling.Streamed is { } statistics)
        {
            var report = new StreamingReport(statistics, telling.Tokens);
            await Console.Error.WriteLineAsync($"cache of {cache:N0} bytes: {report}");
            await Console.Error.WriteLineAsync($"with {telling.InstructionsPerToken:N0} cycles a token at {board.ClockHz / 1e6:N0} MHz, one " +
                "an instruction, behind them: " + string.Join(", ", StreamingReport.Bandwidths.Select(rate =>
                $"{report.TokensPerSecond(rate, telling.InstructionsPerToken / board.ClockHz):N2} tokens/s at {rate} MB/s")));
        }
    }
}
