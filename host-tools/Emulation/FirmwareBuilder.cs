using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Builds firmware images: an app, the core and a board's port around one pack. Objects and images are kept
/// in the project's artifacts folder and found again by what they were made from.</summary>
public sealed partial class FirmwareBuilder(ProjectFolder project, Board board)
{
    private readonly FirmwareObjects objects = new(project, board);
    private readonly FirmwareSources sources = new(project, board);

    /// <summary>Where an app that listens gets its samples from.</summary>
    public FirmwareSound Sound { get; init; }

    /// <summary>What the image of a streamed pack reads it from.</summary>
    public FirmwareDevice Device { get; init; }

    /// <summary>How many sources this builder had to compile.</summary>
    public int CompiledSources => objects.Compiled;

    /// <summary>Builds an image.</summary>
    /// <param name="pack">The manifest alone where the info has a cache: the board reads shards from its block device.</param>
    /// <param name="app">A folder of firmware/apps.</param>
    /// <exception cref="BoardException">A tool is missing, a source does not compile, or the image does not fit the
    /// board's memory.</exception>
    public async Task<FirmwareImage> BuildAsync(
        byte[] pack, PackInfo info, string app = "runner", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(info);
        BoardFit.Require(board, pack.Length, info.ArenaBytes + info.CacheBytes,
            info.CacheBytes > 0 ? " (with the cache of what it reads)" : "");
        var parts = await CompileAsync(app, info.CacheBytes > 0, cancellation).ConfigureAwait(false);
        var symbols = OperatorSymbols.Of(info, board.Kernels);
        var texts = new Dictionary<string, string>
        {
            ["pack.S"] = PackSources.Assembly,
            ["pack.c"] = PackSources.C(info, symbols),
            ["memory.ld"] = PackSources.MemoryMap(board.Memory),
        };
        var images = Path.Combine(project.FirmwareArtifacts, board.Name, "images");
        var folder = Path.Combine(images, await KeyAsync(parts, texts, pack, cancellation).ConfigureAwait(false));
        if (!File.Exists(Path.Combine(folder, "image.elf")))
        {
            // Made beside its place and renamed: another process may be making the same image.
            var unfinished = Directory.CreateDirectory(folder + "." + Guid.NewGuid().ToString("N")).FullName;
            try
            {
                await File.WriteAllBytesAsync(Path.Combine(unfinished, "pack.tsk"), pack, cancellation)
                    .ConfigureAwait(false);
                foreach (var (name, text) in texts)
                {
                    await File.WriteAllTextAsync(Path.Combine(unfinished, name), text, cancellation)
                        .ConfigureAwait(false);
                }
                await LinkAsync(parts, unfinished, cancellation).ConfigureAwait(false);
                Publish(unfinished, folder);
            }
            finally
            {
                if (Directory.Exists(unfinished))
                {
                    Directory.Delete(unfinished, recursive: true);
                }
            }
        }
        return Describe(folder, parts, pack, info);
    }

    /// <summary>Objects: the core's and all others; of the portable ones, the linker takes what it needs.</summary>
    private sealed record Parts(
        IReadOnlyList<string> Core, IReadOnlyList<string> Portable, IReadOnlyList<string> Others)
    {
        public IEnumerable<string> All => [.. Core, .. Portable, .. Others];
    }

    private async Task<Parts> CompileAsync(string app, bool streams, CancellationToken cancellation)
    {
        var core = await objects.CompileAsync("core", [.. sources.Core(), .. sources.LanguageFamily()], cancellation).ConfigureAwait(false);
        var portable = await objects.CompileAsync("core", [.. sources.Portable(), .. sources.Audio(),
            .. sources.Features(), .. sources.Language(), .. sources.Streaming()], cancellation).ConfigureAwait(false);
        var port = await objects.CompileAsync("port", sources.Port(Sound, streams ? Device : null), cancellation).ConfigureAwait(false);
        var apps = await objects.CompileAsync("app", sources.App(app), cancellation).ConfigureAwait(false);
        return new Parts(core, portable, [.. port, .. apps]);
    }

    private async Task<string> KeyAsync(
        Parts parts, Dictionary<string, string> texts, byte[] pack, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var script = await File.ReadAllTextAsync(sources.LinkerScript, cancellation).ConfigureAwait(false);
        // The names of objects hold digests of their contents.
        foreach (var text in parts.All.Select(o => Path.GetFileName(o)).Concat(texts.Values).Append(script))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        }
        hash.AppendData(pack);
        return FirmwareObjects.Hex(hash);
    }

    private async Task LinkAsync(Parts parts, string folder, CancellationToken cancellation)
    {
        var (prefix, packages) = (board.Compiler.Prefix, board.Compiler.Packages);
        try
        {
            // The portable files are an archive, so that the linker takes from it only what the family's lack.
            await ToolProcess.RunAsync(prefix + "ar", ["crD", "libportable.a", .. parts.Portable], folder, packages,
                cancellation).ConfigureAwait(false);
            await ToolProcess.RunAsync(prefix + "gcc", LinkArguments(parts), folder, packages, cancellation)
                .ConfigureAwait(false);
        }
        catch (ToolException e)
        {
            string? overflow = Overflow(e.Output);
            throw new BoardException(overflow ?? e.Message, e) { IsTooLarge = overflow is not null };
        }
    }

    private string[] LinkArguments(Parts parts) =>
    [
        .. board.Compiler.Flags, "-O2", "-ffreestanding",
        "-I" + Path.Combine(project.Firmware, "core", "include"), "-I" + Path.Combine(project.Firmware, "apps"),
        "-nostartfiles", "-nodefaultlibs", "-Wl,--gc-sections,-Map=image.map", "-Wl,--no-warn-rwx-segments",
        "-T", sources.LinkerScript, "-L.",
        "pack.c", "pack.S", .. parts.Core, .. parts.Others, "libportable.a", "-lc", "-lgcc", "-o", "image.elf",
    ];

    private static void Publish(string unfinished, string folder)
    {
        try
        {
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, "image.elf")))
        {
            // Another process was first, with the same contents.
        }
    }

    private FirmwareImage Describe(string folder, Parts parts, byte[] pack, PackInfo info)
    {
        var map = new LinkMap(File.ReadAllText(Path.Combine(folder, "image.map")));
        string[] code = [".vectors", ".text", ".rodata", ".ARM.exidx", ".data"];
        var core = parts.Core.Select(o => Path.GetFileName(o)).ToHashSet(StringComparer.Ordinal);
        var sizes = new FirmwareSizes(
            Code: code.Sum(s => map.Size(s)),
            CoreCode: code.Sum(s => map.Size(s, f => core.Contains(Path.GetFileName(f))
                || f.StartsWith("libportable.a", StringComparison.Ordinal))),
            Pack: pack.Length,
            Weights: info.ShardBytes,
            Ram: map.Size(".data") + map.Size(".bss"));
        var place = board.Memory.Pack ?? board.Memory.Flash;
        var inputs = map.Symbol("mcuai_inputs");
        return new FirmwareImage(
            Path.Combine(folder, "image.elf"), inputs, place.Base + place.Size - inputs, sizes);
    }

    [GeneratedRegex(@"region [`'](\w+)' overflowed by (\d+) bytes")]
    private static partial Regex OverflowPattern();

    private string? Overflow(string linkerOutput)
    {
        var match = OverflowPattern().Match(linkerOutput);
        if (!match.Success)
        {
            return null;
        }
        var (name, region) = match.Groups[1].Value switch
        {
            "RAM" => ("RAM", board.Memory.Ram),
            "FLASH" => ("flash", board.Memory.Flash),
            _ => ("pack memory", board.Memory.Pack ?? board.Memory.Flash),
        };
        var excess = long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $"The image needs {region.Size + excess:N0} bytes of {name}, {board.Name} has {region.Size:N0}: {excess:N0} too many; use a smaller model or a larger board.");
    }
}
