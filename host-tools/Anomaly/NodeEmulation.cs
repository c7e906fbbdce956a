using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
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

    /// <param name="samples">Instant after instant.</param>
    /// <exception cref="BoardException">The firmware cannot be built, or fails.</exception>
    public static async Task<NodeResult> RunAsync(Board board, byte[] pack, short[] samples, CancellationToken cancellation)
    {
        PackModel model = PackReader.Read(pack);
        byte[] tables = model.Detector
            ?? throw new ModelException("The pack has no detector; make one with mcuai anomaly train.");
        int instant = 2 * BitConverter.ToUInt16(tables, 16);
        BoardPack laidOut = BoardPack.For(model, board);
        FirmwareImage image = await new FirmwareBuilder(ProjectFolder.Find(), board).BuildAsync(laidOut.Bytes, laidOut.Info,
            App, cancellation);
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
