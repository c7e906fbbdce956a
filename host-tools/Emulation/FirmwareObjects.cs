using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Compiles sources to objects and keeps them, each under a name that holds the SHA-256 of all that it was
/// made from: source, headers, flags and compiler version.</summary>
internal sealed class FirmwareObjects(ProjectFolder project, Board board)
{
    private static readonly string[] CommonFlags =
    [
        "-std=c99", "-Wall", "-Wextra", "-O2", "-ffreestanding", "-ffunction-sections", "-fdata-sections", "-g",
    ];

    private static readonly string[] IncludeFolders =
        ["core/include", "core/src", "core/kernels", "ports", "apps"];

    private static readonly string[] HeaderFolders = ["core", "ports", "apps"];

    private string Folder => Path.Combine(project.FirmwareArtifacts, board.Name);

    private IEnumerable<string> Flags =>
        CommonFlags.Concat(board.Compiler.Flags);

    // Kept out of the digest, so that an object does not depend on where the project lies.
    private IEnumerable<string> FolderFlags =>
        IncludeFolders.Select(f => "-I" + Path.Combine(project.Firmware, f))
            .Append($"-ffile-prefix-map={project.Firmware}=firmware");

    /// <summary>How many sources were compiled rather than found.</summary>
    public int Compiled { get; private set; }

    /// <summary>Objects of these sources, in their order.</summary>
    /// <param name="part">Subfolder for them: core, port, app.</param>
    public async Task<IReadOnlyList<string>> CompileAsync(
        string part, IReadOnlyList<string> sources, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, part)).FullName;
        var common = await CommonDigestAsync(cancellation).ConfigureAwait(false);
        var objects = sources.Select(s => Path.Combine(folder, ObjectName(s, common))).ToArray();
        var missing = Enumerable.Range(0, sources.Count).Where(i => !File.Exists(objects[i])).ToArray();
        var failures = new ConcurrentBag<Exception>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation,
        };
        await Parallel.ForEachAsync(missing, options, async (i, token) =>
        {
            try
            {
                await CompileOneAsync(sources[i], objects[i], token).ConfigureAwait(false);
            }
            catch (ToolException e)
            {
                failures.Add(e);
            }
        }).ConfigureAwait(false);
        if (!failures.IsEmpty)
        {
            throw new BoardException(string.Join(Environment.NewLine, failures.Select(f => f.Message)));
        }
        Compiled += missing.Length;
        return objects;
    }

    private async Task CompileOneAsync(string source, string target, CancellationToken cancellation)
    {
        // Another process may be making the same object: each writes its own file, and the rename is atomic.
        var unfinished = $"{target}.{Guid.NewGuid():N}";
        try
        {
            await ToolProcess.RunAsync(
                board.Compiler.Prefix + "gcc", [.. Flags, .. FolderFlags, "-c", source, "-o", unfinished], Folder,
                board.Compiler.Packages, cancellation).ConfigureAwait(false);
            File.Move(unfinished, target, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private string ObjectName(string source, byte[] common)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(common);
        hash.AppendData(RelativePath(source));
        hash.AppendData(File.ReadAllBytes(source));
        var parent = Path.GetFileName(Path.GetDirectoryName(source));
        return $"{parent}-{Path.GetFileNameWithoutExtension(source)}-{Hex(hash)}.o";
    }

    private byte[]? commonDigest;

    /// <summary>Digest of the compiler's version, the flags and every header: a change to any recompiles all.</summary>
    private async Task<byte[]> CommonDigestAsync(CancellationToken cancellation)
    {
        if (commonDigest is null)
        {
            Directory.CreateDirectory(Folder);
            var version = await ToolProcess.RunAsync(
                board.Compiler.Prefix + "gcc", ["--version"], Folder, board.Compiler.Packages, cancellation)
                .ConfigureAwait(false);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes(version + string.Join('\n', Flags)));
            foreach (var header in Headers())
            {
                hash.AppendData(RelativePath(header));
                hash.AppendData(await File.ReadAllBytesAsync(header, cancellation).ConfigureAwait(false));
            }
            commonDigest = hash.GetHashAndReset();
        }
        return commonDigest;
    }

    private IEnumerable<string> Headers() =>
        HeaderFolders
            .SelectMany(f => Directory.EnumerateFiles(
                Path.Combine(project.Firmware, f), "*", SearchOption.AllDirectories))
            .Where(f => Path.GetExtension(f) is ".h" or ".inc")
            .Order(StringComparer.Ordinal);

    private byte[] RelativePath(string file) =>
        Encoding.UTF8.GetBytes(Path.GetRelativePath(project.Firmware, file));

    internal static string Hex(IncrementalHash hash) =>
        Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
}
