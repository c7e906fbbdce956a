using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai perplexity X.tsk --text FILE: how well a language model foresees a text.</summary>
internal static class PerplexityCommand
{
    private static readonly Argument<string> Pack = new("X.tsk")
    {
        Description = "the pack of a language model; or a model that `convert` reads, in real numbers",
    };

    private static readonly Option<string?> BoardName = LanguageArguments.BoardName();
    private static readonly Option<string> Text = new("--text") { Description = "a file in UTF-8", Required = true };

    private static readonly Option<int?> Context = new("--context")
    {
        Description = "foresee each token from so many before it at most; by default as many as the model can look " +
            $"back on, {LanguageOptions.DefaultContext} at most",
    };

    private static readonly Option<string?> TokenizerPath = new("--tokenizer")
    {
        Description = "of a model that is no pack, where its tokenizer does not lie with it: .bin of llama2.c",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };

    public static Command Create()
    {
        var command = new Command("perplexity", "Tell how well a language model foresees a text.")
        {
            Pack, Text, Context, TokenizerPath, BoardName, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        string model = arguments.GetValue(Pack)!, path = arguments.GetValue(Text)!;
        string text = ModelFile.ReadText(path);
        Board? board = LanguageArguments.Board(arguments.GetValue(BoardName));
        (TextSurprisal surprisal, int context) = LanguageConversion.IsLanguageModel(model)
            ? OfReals(model, text, arguments)
            : await OfPackAsync(LanguagePack.Read(model), text, board, arguments, cancellation);
        if (arguments.GetValue(Json))
            Report.Print(new
            {
                surprisal.Tokens, surprisal.NatsPerToken, surprisal.Perplexity, Context = context, Board = board?.Name,
            });
        else
            Console.Out.WriteLine($"{path}: {surprisal.Tokens:N0} tokens, {surprisal.NatsPerToken:F4} nats per token, perplexity " +
                $"{surprisal.Perplexity:F3}");
        return 0;
    }

    private static async Task<(TextSurprisal, int)> OfPackAsync(LanguagePack pack, string text, Board? board, ParseResult arguments,
        CancellationToken cancellation)
    {
        int context = ContextOf(arguments, pack.Context);
        IReadOnlyList<int[]> windows = TextSurprisal.Windows(pack.Tokenizer, text, context);
        return (board is null ? TextSurprisal.OnHost(pack, windows) : await OnBoardAsync(pack, windows, board, cancellation), context);
    }

    /// <summary>What the model itself, before it became a pack, makes of the text.</summary>
    private static (TextSurprisal, int) OfReals(string path, string text, ParseResult arguments)
    {
        if (arguments.GetValue(BoardName) is not null)
            throw new ModelException($"{path} is no pack: it computes in real numbers, which boards do not; convert it first.");
        using OpenedTransformer opened = OpenedTransformer.Open(path);
        ITokenizer tokenizer = LanguageConversion.Tokenizer(opened, path, arguments.GetValue(TokenizerPath));
        int context = ContextOf(arguments, opened.Source.Shape.Context);
        return (TextSurprisal.OfReals(opened.Source, TextSurprisal.Windows(tokenizer, text, context)), context);
    }

    private static int ContextOf(ParseResult arguments, int most)
    {
        int context = arguments.GetValue(Context) ?? Math.Min(most, LanguageOptions.DefaultContext);
        return context >= 1 && context <= most
            ? context
            : throw new ModelException($"--context {context}: give 1 to {most}, what the model can look back on.");
    }

    private static async Task<TextSurprisal> OnBoardAsync(LanguagePack pack, IReadOnlyList<int[]> windows, Board board,
        CancellationToken cancellation)
    {
        var story = new BoardStory(ProjectFolder.Find(), board);
        var nats = new List<double>();
        foreach (int[] window in windows)
            nats.AddRange((await story.ForeseeAsync(pack, window, cancellation)).Surprisals.Select(surprisal => surprisal.Nats));
        return new TextSurprisal(nats.Count, nats.Average());
    }
}
