using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;

namespace McuAi.HostTools.Language;

/// <summary>What a language model took on an emulated board.</summary>
/// <param name="Tokens">That the model was given.</param>
/// <param name="Passes">Through its weights.</param>
/// <param name="Instructions">Retired by the model for all of them.</param>
/// <param name="ArenaBytes">With the cache of attention.</param>
/// <param name="RamBytes">Arena, variables and the deepest stack.</param>
public sealed record BoardTelling(int Tokens, int Passes, long Instructions, long ArenaBytes, long StackBytes, long RamBytes, FirmwareSizes Sizes)
{
    /// <summary>What all tokens had the board read; null where the pack is in the image.</summary>
    public StoreStatistics? Streamed { get; init; }

    public double InstructionsPerToken => (double)Instructions / Tokens;
}

/// <summary>Builds firmware/apps/story-teller around a pack and runs it on an emulated board.</summary>
public sealed class BoardStory(ProjectFolder project, Board board)
{
    private const string App = "story-teller";

    /// <summary>Scratch that a prompt of 256 bytes takes (mcuai_encode_bytes), and a choice for each token.</summary>
    private const int LeastScratch = 4096, ScratchOfToken = 8;

    private const uint Tell = 0, Foresee = 1;

    /// <summary>Of the cache through which the board reads the pack from its block device; 0: the pack is in the image.</summary>
    public int CacheBytes { get; init; }

    /// <summary>The device; emulated boards have the file of the host.</summary>
    public FirmwareDevice Device { get; init; }

    /// <summary>What the device holds of a pack; by default its bytes.</summary>
    internal Func<byte[], byte[]> OnDevice { get; init; } = pack => pack;

    /// <summary>Goes on from a prompt.</summary>
    /// <returns>The text with that of the prompt.</returns>
    public async Task<(byte[] Text, BoardTelling Telling)> TellAsync(LanguagePack pack, StoryRequest request,
        CancellationToken cancellation)
    {
        (ConsoleReport report, BoardTelling telling) = await RunAsync(pack, Request(request), cancellation).ConfigureAwait(false);
        return (report.Text, telling);
    }

    /// <summary>What the image looks for in the block behind it, to go on from a prompt.</summary>
    internal static byte[] Request(StoryRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        HostSampler.Check(request.Temperature, request.TopK, request.TopP, request.Seed);
        byte[] prompt = Encoding.UTF8.GetBytes(request.Prompt);
        uint[] words = [Tell, (uint)request.Tokens, HostSampler.TemperatureQ16(request.Temperature), (uint)request.TopK,
            HostSampler.ShareQ16(request.TopP), request.Seed, (uint)prompt.Length, (uint)request.Draft];
        return [.. MemoryMarshal.AsBytes<uint>(words), .. prompt];
    }

    /// <summary>Foresees each token of a window from those before it.</summary>
    public async Task<(IReadOnlyList<Surprisal> Surprisals, BoardTelling Telling)> ForeseeAsync(LanguagePack pack, int[] window,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(window);
        uint[] words = [Foresee, (uint)window.Length, 0, 0, 0, 0, 0, 0];
        (ConsoleReport report, BoardTelling telling) =
            await RunAsync(pack, [.. MemoryMarshal.AsBytes<uint>(words), .. MemoryMarshal.AsBytes<int>(window)], cancellation)
                .ConfigureAwait(false);
        const int Each = 12;
        byte[] outputs = report.Outputs;
        if (outputs.Length != Each * (window.Length - 1))
            throw new BoardException($"The firmware told of {outputs.Length / Each} tokens instead of {window.Length - 1}.");
        return ([.. Enumerable.Range(0, window.Length - 1).Select(i => new Surprisal(
            BinaryPrimitives.ReadUInt32LittleEndian(outputs.AsSpan(Each * i)),
            BinaryPrimitives.ReadUInt64LittleEndian(outputs.AsSpan((Each * i) + 4))))], telling);
    }

    /// <summary>The image for a board, and its pack as the board has it.</summary>
    internal async Task<(FirmwareImage Image, BoardPack LaidOut)> BuildAsync(LanguagePack pack, CancellationToken cancellation)
    {
        BoardPack laidOut = CacheBytes > 0 ? BoardPack.Streamed(pack.Model, board, CacheBytes) : BoardPack.For(pack.Model, board);
        FirmwareImage image = await new FirmwareBuilder(project, board) { Device = Device }.BuildAsync(laidOut.ImageBytes, laidOut.Info with
        {
            StoryBytes = Math.Max(LeastScratch, ScratchOfToken * pack.Vocabulary),
        }, App, cancellation).ConfigureAwait(false);
        return (image, laidOut);
    }

    private async Task<(ConsoleReport, BoardTelling)> RunAsync(LanguagePack pack, byte[] request, CancellationToken cancellation)
    {
        (FirmwareImage image, BoardPack laidOut) = await BuildAsync(pack, cancellation).ConfigureAwait(false);
        if (InputBlock.HeaderBytes + request.Length > image.InputRoom)
            throw new BoardException($"A request of {request.Length:N0} bytes does not fit beside the image on {board.Name}; give a " +
                "shorter text.");
        ConsoleReport report = await RunImageAsync(image, laidOut, request, cancellation).ConfigureAwait(false);
        long instructions = (long)Math.Round(report.InferenceTicks.Sum() * (1e9 / board.Emulators.Qemu!.Ticks.Hz));
        return (report, new BoardTelling((int)report.Tokens, (int)report.Passes, instructions, report.ArenaBytes,
            report.StackBytes, image.Sizes.Ram + report.StackBytes, image.Sizes)
            {
                Streamed = report.Streamed is [var opened, var end] ? end.Since(opened) : null,
            });
    }

    private async Task<ConsoleReport> RunImageAsync(FirmwareImage image, BoardPack pack, byte[] request, CancellationToken cancellation)
    {
        var emulator = new QemuEmulator(board);
        if (CacheBytes == 0)
            return await emulator.RunAsync(image, request, request.Length, cancellation).ConfigureAwait(false);
        string folder = Directory.CreateTempSubdirectory("mcuai-device-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "pack.tsk"), OnDevice(pack.Bytes), cancellation).ConfigureAwait(false);
            return await emulator.RunAsync(image, request, request.Length, folder, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
