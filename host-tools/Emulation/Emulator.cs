using System.Globalization;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Builds a pack's firmware for a board and runs it in an emulator, by default QEMU, on any number of inputs.</summary>
public sealed class Emulator(ProjectFolder project)
{
    /// <summary>The emulator of a board by its name: qemu or renode.</summary>
    /// <exception cref="BoardException">The board is not known to it.</exception>
    public IBoardEmulator For(Board board, string name) =>
        name == RenodeEmulator.EmulatorName ? new RenodeEmulator(project, board) : new QemuEmulator(board);

    /// <inheritdoc cref="RunAsync(IBoardEmulator, Board, byte[], PackInfo, ReadOnlyMemory{byte}, IProgress{int}?, CancellationToken)"/>
    public Task<EmulationResult> RunAsync(
        Board board, byte[] pack, PackInfo info, ReadOnlyMemory<byte> inputs, IProgress<int>? progress = null,
        CancellationToken cancellation = default) =>
        RunAsync(new QemuEmulator(board), board, pack, info, inputs, progress, cancellation);

    /// <summary>Runs a pack.</summary>
    /// <param name="inputs">Inputs of one or more inferences, one after another. Empty: one inference of zeros.</param>
    /// <param name="progress">Gets the number of finished inferences.</param>
    /// <exception cref="BoardException">Names what is missing or went wrong.</exception>
    public async Task<EmulationResult> RunAsync(
        IBoardEmulator emulator, Board board, byte[] pack, PackInfo info, ReadOnlyMemory<byte> inputs,
        IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(emulator);
        if (inputs.IsEmpty)
        {
            inputs = new byte[info.InputBytes];
        }
        if (info.InputBytes == 0 || inputs.Length % info.InputBytes != 0)
        {
            throw new BoardException(
                $"The input has {inputs.Length} bytes, which is no multiple of the model's {info.InputBytes}.");
        }
        var image = await new FirmwareBuilder(project, board).BuildAsync(pack, info, cancellation: cancellation)
            .ConfigureAwait(false);
        var runs = new List<EmulatorRun>();
        var batchBytes = BatchBytes(board, image, info, inputs.Length);
        for (var done = 0; done < inputs.Length; done += batchBytes)
        {
            var batch = inputs.Slice(done, Math.Min(batchBytes, inputs.Length - done));
            var run = await emulator.RunImageAsync(image, batch, info.InputBytes, cancellation).ConfigureAwait(false);
            CheckOutputs(run.Console, batch.Length / info.InputBytes, info);
            runs.Add(run);
            progress?.Report((done + batch.Length) / info.InputBytes);
        }
        return Combine(emulator, board, image, runs);
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

    private static EmulationResult Combine(IBoardEmulator emulator, Board board, FirmwareImage image, List<EmulatorRun> runs) =>
        new()
        {
            Board = board.Name,
            Emulator = emulator.Name,
            Cpu = board.Cpu,
            Inferences = runs.Sum(r => r.Console.InferenceTicks.Count),
            Outputs = [.. runs.SelectMany(r => r.Console.Outputs)],
            Instructions = [.. runs.SelectMany(r => r.Instructions)],
            OperatorInstructions = [.. runs[0].Console.OperatorTicks.Select(emulator.Ticks.Instructions)],
            ArenaBytes = runs[0].Console.ArenaBytes,
            StackBytes = runs.Max(r => r.Console.StackBytes),
            Sizes = image.Sizes,
            ElfPath = image.ElfPath,
        };
}
