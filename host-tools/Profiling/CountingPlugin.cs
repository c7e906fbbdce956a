using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Profiling;

/// <summary>Compiles the QEMU plugin on first use, once per source and QEMU plugin interface.</summary>
internal static partial class CountingPlugin
{
    private const string SourcePath = "host-tools/Profiling/plugin/instruction_counts.c";

    /// <summary>Path of the compiled plugin, made if it is not there yet.</summary>
    public static string Build(ImageProfileRequest request)
    {
        string source = request.PluginSource ?? FindSource();
        if (!File.Exists(source)) throw new ModelException($"the profiler's plugin source {source} does not exist.");
        int api = QemuMajorVersion(request.QemuExecutable) >= 9 ? 2 : 1;
        byte[] text = [.. File.ReadAllBytes(source), .. Encoding.UTF8.GetBytes($"api {api}")];
        string hash = Convert.ToHexStringLower(SHA256.HashData(text))[..16];
        Directory.CreateDirectory(request.PluginFolder);
        string target = Path.GetFullPath(Path.Combine(request.PluginFolder, $"instruction_counts-{hash}.so"));
        if (!File.Exists(target)) Compile(source, api, target);
        return target;
    }

    private static void Compile(string source, int api, string target)
    {
        string unfinished = $"{target}.{Guid.NewGuid():N}"; // two profilers may compile at the same time
        string compiler = Environment.GetEnvironmentVariable("CC") is { Length: > 0 } cc ? cc : "cc";
        List<string> arguments = ["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-O2", "-fPIC", "-fvisibility=hidden"];
        if (OperatingSystem.IsMacOS()) arguments.Add("-Wl,-undefined,dynamic_lookup");
        arguments.AddRange([$"-DPLUGIN_API={api}", "-shared", "-o", unfinished, source]);
        (int code, string output) = RunTool(compiler, arguments, "install a C compiler or set CC");
        if (code != 0) throw new ModelException($"{compiler} could not compile the profiler's plugin: {output.Trim()}");
        File.Move(unfinished, target, overwrite: true);
    }

    private static int QemuMajorVersion(string qemu)
    {
        (_, string output) = RunTool(qemu, ["--version"], "install QEMU");
        Match match = VersionPattern().Match(output);
        if (!match.Success) throw new ModelException($"{qemu} does not tell its version.");
        return int.Parse(match.Groups[1].Value);
    }

    [GeneratedRegex(@"version (\d{1,4})\.")]
    private static partial Regex VersionPattern();

    private static (int Code, string Output) RunTool(string tool, IEnumerable<string> arguments, string advice)
    {
        ProcessStartInfo start = new(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start) ?? throw new ModelException($"{tool} could not be started.");
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (Win32Exception e)
        {
            throw new ModelException($"{tool} could not be started; {advice}.", e);
        }
    }

    private static string FindSource()
    {
        foreach (string origin in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
        {
            for (DirectoryInfo? folder = new(origin); folder is not null; folder = folder.Parent)
            {
                string candidate = Path.Combine(folder.FullName, SourcePath);
                if (File.Exists(candidate)) return candidate;
            }
        }
        throw new ModelException($"{SourcePath} was not found above the program or the current folder.");
    }
}
