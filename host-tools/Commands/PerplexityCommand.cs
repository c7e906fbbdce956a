using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Language;
using McuAi.HostTools.Models;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai perplexity X.tsk --text FILE: how well a language model foresees a text.</summary>
internal static class PerplexityCommand
{
    private static readonly Argument<string> Pack = LanguageArguments.Pack();
    private static readonly Option<string?> BoardName = LanguageArguments.BoardName();
    private static readonly Option<string> Text = new("--text") { Description = "a file in UTF-8", Required = true };

    private static readonly Option<int?> Context = new("--context")
    {
        Description = "foresee each token from so many before it at most; by default as many as the model can look back on",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };

    public static Command Create()
    {
        var command = new Command("perplexity", "Tell how well a language model foresees a text.")
        {
            Pack, Text, Context, BoardName, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        LanguagePack pack = LanguagePack.Read(arguments.GetValue(Pack)!);
        string path = arguments.GetValue(Text)!;
        string text = System.Text.Encoding.UTF8.GetString(ModelFile.ReadBytes(path));
        int context = arguments.GetValue(Context) ?? pack.Context;
        if (context < 1 || context > pack.Context)
            throw new ModelException($"--context {context}: give 1 to {pack.Context}, what the model can look back on.");
        IReadOnlyList<int[]> windows = TextSurprisal.Windows(pack, text, context);
        Board? board = LanguageArguments.Board(arguments.GetValue(BoardName));
        TextSurprisal surprisal = board is null
            ? TextSurprisal.OnHost(pack, windows)
            : await OnBoardAsync(pack, windows, board, cancellation);
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
