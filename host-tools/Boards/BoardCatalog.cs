using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace McuAi.HostTools.Boards;

/// <summary>The boards of a folder of YAML files, one board a file, each named like its file.</summary>
public sealed class BoardCatalog
{
    private readonly string folder;

    public BoardCatalog(string folder) => this.folder = folder;

    /// <summary>Names of the boards, sorted.</summary>
    public IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateFiles(folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Order(StringComparer.Ordinal)];

    public IReadOnlyList<Board> All() => [.. Names().Select(Find)];

    public Board Find(string name)
    {
        var names = Names();
        if (!names.Contains(name))
        {
            throw new BoardException($"There is no board '{name}'. Boards: {string.Join(", ", names)}.");
        }
        return Read(Path.Combine(folder, name + ".yaml"));
    }

    /// <summary>Reads one file. A key that is unknown, missing or of a wrong kind is an error that names file, line
    /// and key.</summary>
    public static Board Read(string path)
    {
        var deserializer = new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .WithEnforceRequiredMembers()
            .WithDuplicateKeyChecking()
            .Build();
        try
        {
            using var reader = new StreamReader(path);
            var board = deserializer.Deserialize<Board?>(reader)
                ?? throw new BoardException($"{path} is empty.");
            Check(board, path);
            return board;
        }
        catch (YamlException e)
        {
            // The outer message says only that something failed; the innermost names the key.
            var cause = e.InnerException?.Message ?? e.Message;
            throw new BoardException($"{path}, line {e.Start.Line}: {cause}", e);
        }
    }

    private static void Check(Board board, string path)
    {
        var empty = EmptyKeys.Complaint(board);
        Require(empty is null, empty!);
        Require(board.Name == Path.GetFileNameWithoutExtension(path), "name: differs from the file's name");
        Require(board.Kernels is "portable" or "dsp" or "mve" or "rv32", "kernels: not portable, dsp, mve or rv32");
        Require(board.Ports.Count > 0, "ports: is empty");
        Require(board.Microphone?.Ports.Count != 0, "microphone.ports: is empty");
        Require(board.SpiFlash?.Ports.Count != 0, "spi_flash.ports: is empty");
        Require(board.ClockHz > 0, "clock_hz: is not positive");
        foreach (var (key, region) in new[]
        {
            ("flash", board.Memory.Flash), ("ram", board.Memory.Ram), ("pack", board.Memory.Pack),
        })
        {
            Require(region is null || (region.Base >= 0 && region.Size > 0 && region.Base + region.Size <= 1L << 32),
                $"memory.{key}: does not lie within 32 bits of addresses");
        }
        Require(board.Emulators.Qemu is null || board.Emulators.Qemu.Ticks.Hz > 0,
            "emulators.qemu.ticks.hz: is not positive");
        Require(board.Emulators.Renode is null || board.Emulators.Renode.Ticks.Hz > 0,
            "emulators.renode.ticks.hz: is not positive");
        var complaint = board.Flasher is null ? null : FlasherKeys.Complaint(board.Flasher, board.Memory.Flash);
        Require(complaint is null, complaint!);

        void Require(bool condition, string complaint)
        {
            if (!condition)
            {
                throw new BoardException($"{path}: {complaint}.");
            }
        }
    }
}
