using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace McuAi.Tests.Profiling;

/// <summary>Builds small firmware in a folder of its own, with the cross compilers that the project uses.</summary>
internal sealed class CrossTools : IDisposable
{
    public const string Arm = "arm-none-eabi-", RiscV = "riscv64-unknown-elf-";

    public string Folder { get; } = Directory.CreateTempSubdirectory("mcuai-profiling-").FullName;

    /// <summary>The plugin's source, found from this file's own place in the tree.</summary>
    public static string PluginSource([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(
            Path.GetDirectoryName(here)!, "../../../host-tools/Profiling/plugin/instruction_counts.c"));

    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs a tool in the folder and returns its standard output; a failure fails the test.</summary>
    public string Run(string tool, params string[] arguments)
    {
        ProcessStartInfo start = new(tool, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{tool} {string.Join(' ', arguments)}: {errors.Result}");
        return output;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
