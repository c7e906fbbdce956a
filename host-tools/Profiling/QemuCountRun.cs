using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Profiling;

/// <summary>
/// One run of QEMU with the plugin. QEMU is ended by SIGTERM, on which it shuts down in order and lets the plugin write
/// its file; a killed QEMU would lose the counts.
/// </summary>
internal sealed class QemuCountRun
{
    private const int SigTerm = 15, MostOutput = 1 << 20;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private readonly StringBuilder output = new();
    private readonly TaskCompletionSource marker = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private QemuCountRun() { }

    public ProfileEnd End { get; private set; }

    public int ExitCode { get; private set; }

    /// <summary>Console and semihosting text, up to 1 MiB.</summary>
    public string Output
    {
        get { lock (output) return output.ToString(); }
    }

    public static QemuCountRun Execute(ImageProfileRequest request, string pluginArgument)
    {
        QemuCountRun run = new();
        using Process process = Start(request, pluginArgument);
        try
        {
            Task readers = Task.WhenAll(
                run.ReadLines(process.StandardOutput, request.MarkerLine),
                run.ReadLines(process.StandardError, request.MarkerLine));
            run.WaitForEnd(process, request.Timeout);
            readers.Wait(Grace);
            run.ExitCode = process.ExitCode;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        return run;
    }

    private static Process Start(ImageProfileRequest request, string pluginArgument)
    {
        ProcessStartInfo start = new(request.QemuExecutable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in request.MachineArguments.Concat(request.ExtraArguments))
            start.ArgumentList.Add(argument);
        AddUnlessGiven(start, "-icount", "shift=0");
        AddUnlessGiven(start, "-kernel", request.ImagePath);
        start.ArgumentList.Add("-plugin");
        start.ArgumentList.Add(pluginArgument);
        try
        {
            return Process.Start(start) ?? throw new ModelException($"{request.QemuExecutable} could not be started.");
        }
        catch (Win32Exception e)
        {
            throw new ModelException($"{request.QemuExecutable} could not be started; install QEMU.", e);
        }
    }

    private static void AddUnlessGiven(ProcessStartInfo start, string option, string value)
    {
        if (start.ArgumentList.Contains(option)) return;
        start.ArgumentList.Add(option);
        start.ArgumentList.Add(value);
    }

    private async Task ReadLines(StreamReader reader, string? markerLine)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is string line)
        {
            lock (output)
            {
                if (output.Length < MostOutput) output.Append(line).Append('\n');
            }
            if (markerLine is not null && line.Contains(markerLine, StringComparison.Ordinal)) marker.TrySetResult();
        }
    }

    private void WaitForEnd(Process process, TimeSpan timeout)
    {
        Task exit = process.WaitForExitAsync();
        int first = Task.WaitAny([exit, marker.Task], timeout);
        End = first switch { 0 => ProfileEnd.GuestExit, 1 => ProfileEnd.Marker, _ => ProfileEnd.Timeout };
        if (first == 0) return;
        if (!process.HasExited) _ = Signal(process.Id, SigTerm);
        if (!exit.Wait(Grace)) throw new ModelException("QEMU did not end when it was asked to; its counts are lost.");
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Signal(int process, int signal);
}
