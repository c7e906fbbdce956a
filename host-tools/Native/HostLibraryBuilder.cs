using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Native;

/// <summary>Builds the core for the host with the host's C compiler, once for each state of the sources.</summary>
public static class HostLibraryBuilder
{
    private static readonly string[] Sources =
        ["firmware/core/src", "firmware/core/operators", "firmware/core/kernels/portable", "firmware/core/audio",
            "firmware/core/features", "firmware/core/language", "firmware/core/streaming", "firmware/ports/host", "firmware/ports/pdm",
            "firmware/nanoframework/native"];

    /// <summary>Of boards.</summary>
    private static readonly string[] Foreign = ["mapping_esp32.c", "mapping_linked.c"];

    /// <summary>Set by <c>test --sanitize</c>.</summary>
    public const string SanitizeVariable = "MCUAI_SANITIZE";

    /// <summary>The library, built if the sources changed; under AddressSanitizer and UBSan where the variable asks for
    /// them.</summary>
    /// <param name="root">The project's folder.</param>
    public static HostLibrary Load(string root) => new(Build(root));

    /// <summary>Path of that library.</summary>
    public static string Build(string root) => Environment.GetEnvironmentVariable(SanitizeVariable) == "1"
        ? Build(root, ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"], "host-sanitized")
        : Build(root, [], "host");

    /// <summary>Path of the shared library built with <paramref name="flags"/> under artifacts/<paramref name="name"/>.
    /// </summary>
    public static string Build(string root, IReadOnlyList<string> flags, string name)
    {
        string[] sources = [.. Sources.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.c"))
            .Where(file => !Foreign.Contains(Path.GetFileName(file))).Order(StringComparer.Ordinal)];
        string folder = Path.Combine(root, "artifacts", name);
        string library = Path.Combine(folder, $"libmcuai_core_{Fingerprint(root, sources, flags)}.so");
        if (File.Exists(library))
            return library;

        Directory.CreateDirectory(folder);
        string unfinished = $"{library}.{Environment.ProcessId}";
        Compile([.. "-std=c99 -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden".Split(' '), .. flags,
            "-I", Path.Combine(root, "firmware/core/include"), .. sources, "-o", unfinished]);
        File.Move(unfinished, library, overwrite: true);
        return library;
    }

    private static string Fingerprint(string root, string[] sources, IReadOnlyList<string> flags)
    {
        IEnumerable<string> headers = ((string[])["firmware/core", "firmware/ports", "firmware/nanoframework/native"]).SelectMany(folder =>
            Directory.EnumerateFiles(Path.Combine(root, folder), "*.h", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join(' ', flags)));
        foreach (string file in sources.Concat(headers))
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static void Compile(IEnumerable<string> arguments)
    {
        string compiler = Environment.GetEnvironmentVariable("CC") ?? "cc";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(compiler, arguments)
            {
                RedirectStandardError = true,
            })!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new ModelException($"Building the core with {compiler} failed:\n{errors}");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ModelException($"There is no C compiler '{compiler}' (apt-get install gcc, or set CC).", error);
        }
    }
}
