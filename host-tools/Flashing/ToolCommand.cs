using System.Diagnostics;
using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.HostTools.Flashing;

/// <summary>A command line of a program that talks to a real board.</summary>
/// <param name="Install">How to get the program, as the end of a sentence.</param>
internal sealed partial record ToolCommand(string Program, IReadOnlyList<string> Arguments, string Install)
{
    /// <summary>What the program is named where it is not installed as <see cref="Program"/>.</summary>
    public string? OtherName { get; init; }

    /// <summary>Of a program that SIGINT ended.</summary>
    private const int InterruptStatus = 128 + 2;

    /// <summary>Runs it on this process' own console, so that its progress and questions are seen.</summary>
    /// <exception cref="BoardException">It is not installed, or fails.</exception>
    /// <exception cref="OperationCanceledException">The user ended it: Ctrl-C reaches both programs.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using Process process = Start([Program, .. OtherName is null ? [] : (string[])[OtherName]]);
        try
        {
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            ToolProcess.End(process);
        }

        if (process.ExitCode == InterruptStatus)
            throw new OperationCanceledException($"{Program} was interrupted.");
        if (process.ExitCode != 0)
            throw new BoardException($"{Program} failed with status {process.ExitCode}; its own words above tell why.");
    }

    /// <param name="names">The first that is installed is taken.</param>
    private Process Start(ReadOnlySpan<string> names)
    {
        try
        {
            return ToolProcess.Start(new ProcessStartInfo(names[0], Arguments), $"{Program} is not installed; {Install}.");
        }
        catch (BoardException) when (names.Length > 1)
        {
            return Start(names[1..]);
        }
    }

    /// <summary>As a POSIX shell takes it.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Program).Select(Quoted));

    private static string Quoted(string word) =>
        PlainPattern().IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[A-Za-z0-9_@%+=:,./-]+$")]
    private static partial Regex PlainPattern();
}
