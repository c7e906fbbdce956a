using System.Globalization;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Builds a pack's firmware for a board and runs it in QEMU on any number of inputs.</summary>
public sealed class Emulator(ProjectFolder project)
{
    /// <summary>Runs a pack.</summary>
    /// <param name="inputs">Inputs of one or more inferences, one after another. Empty: one inference of zeros.</param>
    /// <param name="progress">Gets the number of finished inferences.</param>
    /// <exception cref="BoardException">Names what is missing or went wrong.</exception>
    public async Task<EmulationResult> RunAsync(
        Board board, byte[] pack, PackInfo info, ReadOnlyMemory<byte> inputs, IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        if (inputs.IsEmpty)
        {
            inputs = new byte[info.InputBytes];
        }
        if (info.InputBytes == 0 || inputs.Length % info.InputBytes != 0)
        {
            throw new BoardException(
                $"The input has {inputs.Length} bytes, which is no multiple of the model's {info.InputBytes}.");
        }
        var emulator = new QemuEmulator(board);
        var image = await new FirmwareBuilder(project, board).BuildAsync(pack, info, cancellation: cancellation)
            .ConfigureAwait(false);
        var reports = new List<ConsoleReport>();
        var batchBytes = BatchBytes(board, image, info, inputs.Length);
        for (var done = 0; done < inputs.Length; done += batchBytes)
        {
            var batch = inputs.Slice(done, Math.Min(batchBytes, inputs.Length - done));
            var report = await emulator.RunAsync(image, batch, info.InputBytes, cancellation).ConfigureAwait(false);
            CheckOutputs(report, batch.Length / info.InputBytes, info);
            reports.Add(report);
            progress?.Report((done + batch.Length) / info.InputBytes);
        }
        return Combine(board, image, reports);
    }

    /// <summary>Bytes of the inputs that fit behind the image at once: whole inferences.</summary>
    private static int BatchBytes(Board board, FirmwareImage image, PackInfo info, int inputBytes)
    {
        var inferences = (image.InputRoom - InputBlock.HeaderBytes) / info.InputBytes;
        var bytes = Math.Min(inferences * info.InputBytes, inputBytes);
        if (bytes <= 0)
        {
            throw new BoardException(string.Create(CultureInfo.InvariantCulture,
                $"An input of {info.InputBytes:N0} bytes does not fit beside the image on {board.Name}: {image.InputRoom:N0} bytes are free."));
        }
        if (bytes < inputBytes && info.HasState)
        {
            throw new BoardException(string.Create(CultureInfo.InvariantCulture,
                $"The model keeps state between inferences, so all inputs have to be on the board at once: {inferences:N0} inferences fit {board.Name}, {inputBytes / info.InputBytes:N0} were given."));
        }
        return (int)bytes;
    }

    private static void CheckOutputs(ConsoleReport report, int inferences, PackInfo info)
    {
        if (report.Outputs.Length != (long)inferences * info.OutputBytes || report.InferenceTicks.Count != inferences)
        {
            throw new BoardException(
                $"The firmware wrote {report.Outputs.Length} bytes of {report.InferenceTicks.Count} inferences instead of {(long)inferences * info.OutputBytes} of {inferences}.");
        }
    }

    private static EmulationResult Combine(Board board, FirmwareImage image, List<ConsoleReport> reports)
    {
        var ticks = board.Emulators.Qemu!.Ticks;
        return new EmulationResult
        {
            Board = board.Name,
            Emulator = "qemu",
            Cpu = board.Cpu,
            Inferences = reports.Sum(r => r.InferenceTicks.Count),
            Outputs = [.. reports.SelectMany(r => r.Outputs)],
            Instructions = [.. reports.SelectMany(r => r.InferenceTicks).Select(Instructions)],
            OperatorInstructions = [.. reports[0].OperatorTicks.Select(Instructions)],
            ArenaBytes = reports[0].ArenaBytes,
            StackBytes = reports.Max(r => r.StackBytes),
            Sizes = image.Sizes,
            ElfPath = image.ElfPath,
        };

        long Instructions(long n) => (long)Math.Round(n * (1e9 / ticks.Hz));
    }
}
