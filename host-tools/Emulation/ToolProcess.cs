using System.ComponentModel;
using System.Diagnostics;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Runs a compiler or another program that ends by itself.</summary>
internal static class ToolProcess
{
    /// <summary>Its standard output; an exit status other than 0 is an error with what the program wrote.</summary>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyList<string> packages,
        CancellationToken cancellation)
    {
        using var process = Start(program, arguments, folder, packages);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            var (text, complaint) = (await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
            return process.ExitCode == 0
                ? text
                : throw new ToolException(program, (complaint + text).Trim());
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Starts a program with all three streams redirected. One that is not installed is an error that names
    /// its packages.</summary>
    public static Process Start(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyList<string> packages)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        return Start(start, $"{program} is not installed. On Debian: sudo apt-get install {string.Join(' ', packages)}");
    }

    /// <summary>Starts a program.</summary>
    /// <param name="missing">What to say where it is not installed.</param>
    public static Process Start(ProcessStartInfo start, string missing)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new BoardException(missing, e);
        }
    }

    public static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It had ended.
        }
    }
}

/// <summary>A program that failed, with its own words.</summary>
public sealed class ToolException(string program, string output)
    : Exception($"{program} failed:{Environment.NewLine}{output}")
{
    public string Output { get; } = output;
}
