using System.CommandLine;

namespace McuAi.HostTools.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string[]> Input() => new("--input", "-i")
    {
        Description = "inputs: raw elements, one inference after another, or .csv with one inference of real numbers a line",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string?> Output() => new("--output", "-o")
    {
        Description = "outputs: raw elements, one inference after another; without it they are printed",
    };

    public static Option<string> Board() => new("--board", "-b")
    {
        Description = "a board of `mcuai boards`",
        Required = true,
    };

    public static Option<bool> DryRun() => new("--dry-run") { Description = "print the command lines instead of running them" };
}
