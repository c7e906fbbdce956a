using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;

namespace McuAi.HostTools.Anomaly;

/// <summary>What firmware/apps/anomaly-node does with a stream on an emulated board.</summary>
/// <param name="Frames">Score, scored, alarm and event of each frame: <see cref="Native.Detection.Bytes"/>.</param>
/// <param name="Instructions">Of the pushes that completed a frame.</param>
/// <param name="RamBytes">Of the detector and the model's arena.</param>
public sealed record NodeResult(string Board, byte[] Frames, IReadOnlyList<long> Instructions, long RamBytes, long StackBytes,
    FirmwareSizes Sizes)
{
    public long MeanInstructions => Instructions.Count == 0 ? 0 : (long)Instructions.Average();
}

/// <summary>Emulates the anomaly node.</summary>
public static class NodeEmulation
{
    private const string App = "anomaly-node";

    private const int ChannelsField = 16;

    /// <summary>The image for a board.</summary>
    /// <exception cref="BoardException">It does not fit.</exception>
    /// <exception cref="ModelException">The pack has no detector, or one that the core refuses.</exception>
    internal static async Task<FirmwareImage> BuildAsync(Board board, byte[] pack, CancellationToken cancellation)
    {
        BoardPack laidOut = BoardPack.For(PackReader.Read(pack), board);
        int memory;
        using (var detector = new HostDetector(HostLibraryBuilder.Load(ProjectFolder.Find().Root), laidOut.Bytes))
            memory = detector.MemoryBytes;
        return await new FirmwareBuilder(ProjectFolder.Find(), board).BuildAsync(laidOut.Bytes,
            laidOut.Info with { DetectorBytes = memory }, App, cancellation);
    }

    /// <summary>Bytes of the samples of all channels at one time, as the detector's tables say.</summary>
    internal static int InstantBytes(byte[] pack) => sizeof(short) * BitConverter.ToUInt16(PackReader.Read(pack).Detector
        ?? throw new ModelException("The pack has no detector; make one with mcuai anomaly train."), ChannelsField);

    /// <param name="samples">Instant after instant.</param>
    /// <exception cref="BoardException">The firmware cannot be built, or fails.</exception>
    public static async Task<NodeResult> RunAsync(Board board, byte[] pack, short[] samples, CancellationToken cancellation)
    {
        FirmwareImage image = await BuildAsync(board, pack, cancellation);
        int instant = InstantBytes(pack);
        byte[] bytes = MemoryMarshal.AsBytes<short>(samples).ToArray();
        if (bytes.Length + InputBlock.HeaderBytes > image.InputRoom)
            throw new BoardException($"{samples.Length:N0} samples take {bytes.Length:N0} bytes; {image.InputRoom:N0} are free on " +
                $"{board.Name}: give a shorter log.");
        ConsoleReport report = await new QemuEmulator(board).RunAsync(image, bytes, instant, cancellation);
        double perTick = 1e9 / board.Emulators.Qemu!.Ticks.Hz;
        return new NodeResult(board.Name, report.Outputs,
            [.. report.InferenceTicks.Select(ticks => (long)Math.Round(ticks * perTick))], report.ArenaBytes, report.StackBytes,
            image.Sizes);
    }
}
