using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Profiling;

namespace McuAi.HostTools.Models;

/// <summary>Estimated cost of one inference on the real board.</summary>
/// <param name="Cycles">From the CPU's documented timings and the profile of the very image.</param>
/// <param name="Milliseconds">At the board's nominal clock.</param>
/// <param name="Millijoules">Null where the board's file has no documented supply current.</param>
/// <param name="EnergySource">The document of the supply current.</param>
/// <param name="Assumptions">What the cycles rest on.</param>
public sealed record CostEstimate(long Cycles, double Milliseconds, double? Millijoules, string? EnergySource,
    IReadOnlyList<string> Assumptions);

/// <summary>Emulates a pack on a board and estimates what it would cost on silicon.</summary>
public static class BoardRun
{
    private const string ProfiledFunction = "mcuai_invoke";

    /// <param name="with">The emulator: qemu or renode.</param>
    public static Task<EmulationResult> EmulateAsync(Board board, BoardPack pack, byte[] inputs,
        CancellationToken cancellation, string with = "qemu")
    {
        var emulator = new Emulator(ProjectFolder.Find());
        return emulator.RunAsync(emulator.For(board, with), board, pack.Bytes, pack.Info, inputs, cancellation: cancellation);
    }

    /// <summary>Profiles one inference of the image that <paramref name="result"/> came from; null where the CPU has no
    /// model of its cycles.</summary>
    public static CostEstimate? Estimate(Board board, EmulationResult result)
    {
        if (!CycleModel.Processors.Contains(board.Cpu))
            return null;
        ProfileReport report = ImageProfiler.Run(ProfileRequest(board, result.ElfPath, "mcuai done") with
        {
            Function = ProfiledFunction,
        });
        // The image infers twice, once measuring each operator: cycles per instruction carry over to the plain run.
        double cycles = report.Cycles.Typical / report.Instructions * result.MeanInstructions;
        double milliseconds = cycles / board.ClockHz * 1e3;
        double? millijoules = board.Energy is { } energy
            ? cycles / 1e6 * energy.MicroampsPerMhz * 1e-6 * energy.Volts * 1e3
            : null;
        return new CostEstimate((long)Math.Round(cycles), milliseconds, millijoules, board.Energy?.Source,
            report.Assumptions);
    }

    /// <summary>How to profile an image on the board's emulator.</summary>
    public static ImageProfileRequest ProfileRequest(Board board, string image, string? marker)
    {
        QemuMachine machine = board.Emulators.Qemu
            ?? throw new BoardException($"The board {board.Name} has no QEMU machine; see `mcuai boards`.");
        return new ImageProfileRequest
        {
            ImagePath = image,
            QemuExecutable = machine.System,
            MachineArguments = ["-machine", machine.Machine, .. machine.Arguments, "-serial", "stdio", "-display",
                "none", "-monitor", "none", "-no-reboot", "-icount", "shift=0"],
            Processor = board.Cpu,
            PluginFolder = Path.Combine(ProjectFolder.Find().Root, "artifacts", "profiling"),
            MarkerLine = marker,
            Timeout = TimeSpan.FromMinutes(5),
        };
    }
}
