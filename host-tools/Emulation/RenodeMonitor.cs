using System.Diagnostics;
using System.Globalization;
using System.Text;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>A running Renode, driven by the commands of its monitor on the standard streams.</summary>
internal sealed class RenodeMonitor : IDisposable
{
    /// <summary>Names the executable where it is not on PATH as renode.</summary>
    public const string Variable = "RENODE";

    private const string Mark = "mcuai-answered-";
    private const int MostAnswerLines = 1000;
    private static readonly string[] Failures =
        ["There was an error executing command", "No such command or device:", "Error E"];

    private static readonly TimeSpan TimeToQuit = TimeSpan.FromSeconds(5);

    private readonly Process process;
    private readonly EventHandler end;
    private readonly Task<string> errors;
    private int commands;

    /// <param name="folder">Its own: it deletes folders named renode-* where it keeps its temporary files, and writes its
    /// settings.</param>
    /// <param name="executable">Null: the one that <see cref="Find"/> finds.</param>
    /// <exception cref="BoardException">There is no Renode.</exception>
    public RenodeMonitor(string folder, string? executable)
    {
        var start = new ProcessStartInfo(executable ?? Find() ?? throw new BoardException(Missing))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Renode takes no option twice, and RENODE may name a script that gives some: these are the ones that matter here.
        string[] arguments = ["--console", "--plain", "--hide-log", "--hide-analyzers"];
        Array.ForEach(arguments, start.ArgumentList.Add);
        foreach (var variable in (string[])["TMPDIR", "TMP", "TEMP", "HOME"])
        {
            start.Environment[variable] = folder;
        }
        process = ToolProcess.Start(start, Missing);
        // Also where this process ends without unwinding: no emulator is to be left running.
        end = (_, _) => ToolProcess.End(process);
        AppDomain.CurrentDomain.ProcessExit += end;
        errors = process.StandardError.ReadToEndAsync();
    }

    private static string Missing =>
        $"There is no Renode: {Variable} names none and none is on PATH; get it from https://renode.io.";

    /// <summary>The path of a Renode; null where there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : null;
        }
        string[] names = OperatingSystem.IsWindows() ? ["renode.exe", "renode.bat"] : ["renode"];
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Has a command done.</summary>
    /// <returns>Its answer.</returns>
    /// <exception cref="BoardException">Renode refuses the command, or has ended.</exception>
    public async Task<string> DoAsync(string command, CancellationToken cancellation)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{Mark}{++commands}");
        // Input and output are lines; the mark follows the answer, also where that is empty.
        await process.StandardInput.WriteAsync($"{command}\necho \"{mark}\"\n".AsMemory(), cancellation).ConfigureAwait(false);
        await process.StandardInput.FlushAsync(cancellation).ConfigureAwait(false);
        var answer = new StringBuilder();
        for (var lines = 0; lines < MostAnswerLines; lines++)
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false)
                ?? throw new BoardException(
                    $"Renode ended at its command '{command}': {answer}{await errors.ConfigureAwait(false)}");
            // The monitor repeats what it is told behind its prompt, there in quotation marks.
            if (line.TrimEnd().EndsWith(mark, StringComparison.Ordinal))
            {
                return Checked(command, answer.ToString());
            }
            if (!line.StartsWith('('))
            {
                answer.AppendLine(line);
            }
        }
        throw new BoardException($"Renode's answer to '{command}' does not end.");
    }

    private static string Checked(string command, string answer) =>
        Failures.Any(failure => answer.Contains(failure, StringComparison.Ordinal))
            ? throw new BoardException($"Renode refuses '{command}': {answer.Trim()}")
            : answer.Trim();

    public void Dispose()
    {
        try
        {
            process.StandardInput.WriteLine("quit");
            process.StandardInput.Flush();
            process.WaitForExit(TimeToQuit);
        }
        catch (IOException)
        {
            // It had ended.
        }
        AppDomain.CurrentDomain.ProcessExit -= end;
        ToolProcess.End(process);
        process.Dispose();
    }
}
