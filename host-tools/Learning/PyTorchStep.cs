using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Learning;

/// <summary>The same steps in PyTorch, in a process that waits between its rounds.</summary>
internal sealed class PyTorchStep : IStepBench
{
    private readonly Process _process;

    private PyTorchStep(Process process, string version, string layout, int threads)
    {
        (_process, Version, Threads) = (process, version, threads);
        Name = $"PyTorch, {layout.Replace("_format", "", StringComparison.Ordinal)}";
    }

    public string Name { get; }

    public int Threads { get; }

    /// <summary>Of the library and what it multiplies matrices with.</summary>
    public string Version { get; }

    /// <summary>Null where PyTorch is not installed.</summary>
    /// <param name="layout">contiguous_format or channels_last: which one is faster depends on the machine.</param>
    public static async Task<PyTorchStep?> StartAsync(int threads, string layout, CancellationToken cancellation)
    {
        string script = Path.Combine(ProjectFolder.Find().Root, "tests", "peers", "dscnn_step.py");
        // Debian's package belongs to the system's Python, which need not be the first one.
        foreach (string python in (string[])["/usr/bin/python3", "python3"])
            if (Start(python, [script, $"{threads}", layout, $"{EngineStep.BatchSize}"], threads) is { } process)
            {
                if (await process.StandardOutput.ReadLineAsync(cancellation) is { } version)
                    return new PyTorchStep(process, JsonSerializer.Deserialize<string>(version)!, layout, threads);
                process.Dispose();
            }

        return null;
    }

    public async Task<double[]> RunAsync(int steps, CancellationToken cancellation)
    {
        await _process.StandardInput.WriteLineAsync($"{steps}".AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        string answer = await _process.StandardOutput.ReadLineAsync(cancellation) ??
            throw new BoardException("PyTorch ended in the middle of the bench; run tests/peers/dscnn_step.py by hand to see why.");
        return JsonSerializer.Deserialize<double[]>(answer)!;
    }

    public void Dispose()
    {
        _process.StandardInput.Close(); // which ends the script
        _process.WaitForExit(5000);
        _process.Dispose();
    }

    private static Process? Start(string python, string[] arguments, int threads)
    {
        var start = new ProcessStartInfo(python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = $"{threads}";
        // Threads that wait for work by spinning would take the cores from each other.
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        if (Avx512F.IsSupported)
        {
            // OpenBLAS takes processors that are newer than itself for old ones; PyTorch 1.13 stops at AVX2 by default.
            start.Environment["OPENBLAS_CORETYPE"] = "SkylakeX";
            start.Environment["ATEN_CPU_CAPABILITY"] = "avx512";
        }

        try
        {
            Process process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { }; // warnings, which would fill the pipe
            process.BeginErrorReadLine();
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
