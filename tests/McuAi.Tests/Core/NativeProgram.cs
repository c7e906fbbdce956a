using System.Security.Cryptography;
using System.Text;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;

namespace McuAi.Tests.Core;

/// <summary>Programs of the host that hold the whole core, built once for each state of the sources.</summary>
internal static class NativeProgram
{
    private static readonly string[] CoreFolders =
        ["firmware/core/src", "firmware/core/operators", "firmware/core/kernels/portable", "firmware/core/audio",
            "firmware/core/features", "firmware/core/language", "firmware/core/streaming"];

    private static readonly string[] HeaderFolders = ["firmware/core", "tests/c", "tests/fuzz"];

    /// <summary>Path of the program made of the core and the C files of <paramref name="sources"/>, or an inconclusive
    /// test where the compiler or one of its sanitizers is missing.</summary>
    /// <param name="compiler">gcc or clang.</param>
    /// <param name="flags">The sanitizers.</param>
    /// <param name="sources">Files under tests.</param>
    public static async Task<string> BuildAsync(string compiler, string[] flags, params string[] sources)
    {
        string root = ProjectFolder.Find().Root;
        string[] files = [.. sources.Select(source => Path.Combine(root, "tests", source)), .. CoreFolders.SelectMany(
            folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.c")).Order(StringComparer.Ordinal)];
        string[] arguments = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-g", "-fno-sanitize-recover=all", .. flags,
            "-I" + Path.Combine(root, "firmware/core/include")];
        string folder = Directory.CreateDirectory(Path.Combine(root, "artifacts", "test-programs")).FullName;
        string name = Path.GetFileNameWithoutExtension(sources[0]);
        string program = Path.Combine(folder, $"{name}-{Fingerprint(root, files, [compiler, .. arguments])}");
        if (File.Exists(program))
            return program;

        string unfinished = $"{program}.{Guid.NewGuid():N}";
        try
        {
            await ToolProcess.RunAsync(compiler, [.. arguments, .. files, "-o", unfinished], folder, [compiler],
                CancellationToken.None);
        }
        catch (BoardException missing)
        {
            Assert.Inconclusive(missing.Message);
        }
        catch (ToolException error) when (error.Output.Contains("ld: cannot find", StringComparison.Ordinal))
        {
            Assert.Inconclusive($"{compiler} has no sanitizer or fuzzer runtime (Debian: libclang-rt-14-dev, libasan8): " +
                error.Output);
        }

        File.Move(unfinished, program, overwrite: true);
        return program;
    }

    private static string Fingerprint(string root, string[] files, string[] arguments)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', arguments)));
        IEnumerable<string> headers = HeaderFolders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder),
            "*.h", SearchOption.AllDirectories));
        foreach (string file in files.Concat(headers.Order(StringComparer.Ordinal)))
            hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
