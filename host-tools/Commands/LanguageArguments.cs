using System.CommandLine;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Commands;

/// <summary>Arguments that commands for language models share.</summary>
internal static class LanguageArguments
{
    public static Argument<string> Pack() => new("X.tsk") { Description = "the pack of a language model" };

    public static Option<string?> BoardName() => new("--board", "-b")
    {
        Description = "run the firmware on this emulated board, and show what it takes",
    };

    public static Board? Board(string? name) => name is null ? null : new BoardCatalog(ProjectFolder.Find().Boards).Find(name);
}
