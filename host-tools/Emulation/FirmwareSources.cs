using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Which sources make an image.</summary>
internal sealed class FirmwareSources(ProjectFolder project, Board board)
{
    private readonly bool hasFamily = board.Kernels != "portable";

    /// <summary>Always offered to the linker.</summary>
    public IReadOnlyList<string> Core() =>
        [.. In("core", "src"), .. Family("operators"), .. Family("kernels")];

    /// <summary>Taken by the linker only for symbols that the family's files lack: a family replaces what it
    /// defines.</summary>
    public IReadOnlyList<string> Portable() => [.. In("core", "operators"), .. In("core", "kernels", "portable")];

    /// <summary>The audio front end; taken by the linker only for apps that call it.</summary>
    public IReadOnlyList<string> Audio() => In("core", "audio");

    /// <summary>The anomaly detector; taken like the front end, whose transform it uses.</summary>
    public IReadOnlyList<string> Features() => In("core", "features");

    /// <summary>Tokenizers, the sampler and the operators of language models; taken like the front end.</summary>
    public IReadOnlyList<string> Language() => In("core", "language");

    /// <summary>The family's own operators of language models, where it has any; offered to the linker like
    /// <see cref="Core"/>.</summary>
    public IReadOnlyList<string> LanguageFamily() =>
        hasFamily && Directory.Exists(Path.Combine(project.Firmware, "core", "language", board.Kernels))
            ? In("core", "language", board.Kernels)
            : [];

    /// <summary>The store of weights that lie on a block device; taken like the front end.</summary>
    public IReadOnlyList<string> Streaming() => In("core", "streaming");

    /// <param name="device">What the pack is streamed from; null: it is in the image.</param>
    public IReadOnlyList<string> Port(FirmwareSound sound, FirmwareDevice? device = null) =>
        [.. In("ports"), .. board.Ports.Concat(SoundPorts(sound)).Concat(DevicePorts(device)).SelectMany(p => In("ports", p))];

    private List<string> DevicePorts(FirmwareDevice? device) => device switch
    {
        null => [],
        FirmwareDevice.File => ["pack-file"],
        _ => board.SpiFlash?.Ports ?? throw new BoardException(
            $"The board {board.Name} has no flash chip on SPI that this project knows; name its ports in boards/{board.Name}.yaml, or use stm32f4-discovery."),
    };

    private List<string> SoundPorts(FirmwareSound sound) => sound switch
    {
        FirmwareSound.None => [],
        FirmwareSound.Recording => ["recorded-audio"],
        _ => board.Microphone?.Ports ?? throw new BoardException(
            $"The board {board.Name} has no microphone that this project knows; name its ports in boards/{board.Name}.yaml, or use stm32f4-discovery."),
    };

    public IReadOnlyList<string> App(string name) => [.. In("apps"), .. In("apps", name)];

    public string LinkerScript =>
        Path.Combine(project.Firmware, "ports", board.Ports[0], "image.ld");

    private string[] Family(string part) => hasFamily ? In("core", part, board.Kernels) : [];

    private string[] In(params string[] folders)
    {
        var folder = Path.Combine([project.Firmware, .. folders]);
        if (!Directory.Exists(folder))
        {
            throw new BoardException($"The folder {folder} of board {board.Name} does not exist.");
        }
        return [.. Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f) is ".c" or ".S")
            .Order(StringComparer.Ordinal)];
    }
}
