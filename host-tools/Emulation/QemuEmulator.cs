using System.Diagnostics;
using System.Globalization;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Runs images of the runner app in QEMU, with virtual time at one nanosecond per instruction, so that every
/// count is exact and repeatable.</summary>
public sealed class QemuEmulator(Board board) : IBoardEmulator
{
    private readonly QemuMachine machine = board.Emulators.Qemu
        ?? throw new BoardException($"The board {board.Name} has no QEMU machine; see `mcuai boards`.");

    private static readonly string[] Semihosting = ["-semihosting-config", "enable=on,target=native"];

    /// <summary>How long the firmware may be silent before it counts as stuck.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    public string Name => "qemu";

    public TickSource Ticks => machine.Ticks;

    /// <inheritdoc/>
    public async Task<EmulatorRun> RunImageAsync(
        FirmwareImage image, ReadOnlyMemory<byte> inputs, int inputBytes, CancellationToken cancellation)
    {
        var report = await RunAsync(image, inputs, inputBytes, cancellation).ConfigureAwait(false);
        return new EmulatorRun(report, [.. report.InferenceTicks.Select(Ticks.Instructions)]);
    }

    /// <summary>Runs one batch of inputs.</summary>
    /// <param name="inputs">Inputs of whole inferences that fit the image's room.</param>
    /// <exception cref="BoardException">QEMU is not installed, or the firmware failed or fell silent.</exception>
    public Task<ConsoleReport> RunAsync(
        FirmwareImage image, ReadOnlyMemory<byte> inputs, int inputBytes, CancellationToken cancellation) =>
        RunAsync(image, inputs, inputBytes, null, cancellation);

    /// <summary>The same of an image that also reads files by semihosting.</summary>
    /// <param name="folder">Where the image finds its files; null: it reads none.</param>
    /// <exception cref="BoardException">As above.</exception>
    public async Task<ConsoleReport> RunAsync(FirmwareImage image, ReadOnlyMemory<byte> inputs, int inputBytes, string? folder,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        var blockPath = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(blockPath, InputBlock.Make(inputs.Span, inputBytes), cancellation)
                .ConfigureAwait(false);
            string[] files = folder is null ? [] : Semihosting;
            return await RunProcessAsync([.. Arguments(image, blockPath), .. files], folder ?? Path.GetTempPath(), cancellation)
                .ConfigureAwait(false);
        }
        finally
        {
            File.Delete(blockPath);
        }
    }

    /// <summary>Runs an image that reads its input by semihosting.</summary>
    /// <param name="folder">Where the image finds its files.</param>
    /// <exception cref="BoardException">As above.</exception>
    public Task<ConsoleReport> RunWithFilesAsync(FirmwareImage image, string folder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        return RunProcessAsync([.. Arguments(image.ElfPath), .. Semihosting], folder,
            cancellation);
    }

    /// <summary>QEMU's arguments for an image, without inputs.</summary>
    public IReadOnlyList<string> Arguments(string elfPath) =>
    [
        "-machine", machine.Machine, .. machine.Arguments, "-serial", "stdio",
        "-icount", "shift=0", "-display", "none", "-monitor", "none", "-no-reboot", "-kernel", elfPath,
    ];

    private string[] Arguments(FirmwareImage image, string blockPath) =>
        [.. Arguments(image.ElfPath), .. BlockArguments(image, blockPath)];

    /// <summary>What has QEMU load a block of inputs behind an image.</summary>
    internal static IReadOnlyList<string> BlockArguments(FirmwareImage image, string blockPath) =>
    [
        "-device",
        // QEMU takes a comma in a file name doubled.
        string.Create(CultureInfo.InvariantCulture,
            $"loader,file={blockPath.Replace(",", ",,", StringComparison.Ordinal)},addr=0x{image.InputAddress:x},force-raw=on"),
    ];

    private async Task<ConsoleReport> RunProcessAsync(string[] arguments, string folder, CancellationToken cancellation)
    {
        var package = machine.System == "qemu-system-arm" ? "qemu-system-arm" : "qemu-system-misc";
        using var process = ToolProcess.Start(machine.System, arguments, folder, [package]);
        // Also where this process ends without unwinding: no emulator is to be left running.
        EventHandler end = (_, _) => ToolProcess.End(process);
        AppDomain.CurrentDomain.ProcessExit += end;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            var report = await ReadAsync(process, cancellation).ConfigureAwait(false);
            ToolProcess.End(process);
            if (!report.Succeeded)
            {
                throw new BoardException(report.Failure(board.Name, await errors.ConfigureAwait(false)));
            }
            return report;
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= end;
            ToolProcess.End(process);
        }
    }

    private async Task<ConsoleReport> ReadAsync(Process process, CancellationToken cancellation)
    {
        var report = new ConsoleReport();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            while (!report.Done)
            {
                patience.CancelAfter(Patience);
                var line = await process.StandardOutput.ReadLineAsync(patience.Token).ConfigureAwait(false);
                if (line is null)
                {
                    break;
                }
                report.Add(line);
            }
            return report;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BoardException(string.Create(CultureInfo.InvariantCulture,
                $"The firmware on {board.Name} wrote nothing for {Patience.TotalSeconds:0} seconds; QEMU was ended."));
        }
    }
}
