using System.Runtime.InteropServices;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.HostTools.Profiling;

namespace McuAi.HostTools.Listening;

/// <summary>What the keyword spotter's firmware heard on an emulated board, and what it took.</summary>
/// <param name="Instructions">Retired by the spotter for the whole recording.</param>
/// <param name="CyclesPerInstruction">Estimated; null where the CPU has no model of its cycles.</param>
public sealed record BoardHearing(IReadOnlyList<SpotterLine> Words, SpotterFigures Figures, double Seconds, double Instructions,
    long StackBytes, FirmwareSizes Sizes, double? CyclesPerInstruction)
{
    public long FlashBytes => Sizes.Code + Sizes.Pack;

    public double InstructionsPerSecond => Instructions / Seconds;

    /// <summary>The same as the host hears it.</summary>
    /// <param name="labels">Of the model's classes.</param>
    public Hearing Hearing(IReadOnlyList<string> labels)
    {
        string[] names = [.. labels];
        return new Hearing([.. Words.Select(word => new HeardWord(word.TimeMs, Array.IndexOf(names, word.Label), word.Score))],
            (int)Figures.Windows, (int)Figures.Inferences);
    }

    /// <summary>Estimated share of the board's CPU at its nominal clock that listening takes.</summary>
    public double? CpuShare(Board board) => CyclesPerInstruction * InstructionsPerSecond / board.ClockHz;
}

/// <summary>Builds firmware/apps/keyword-spotter around a pack and runs it on emulated boards.</summary>
public sealed class BoardListening(ProjectFolder project, Board board)
{
    private const string App = "keyword-spotter";
    private const string Work = "mcuai_spotter_push";

    /// <summary>What firmware/ports/recorded-audio opens.</summary>
    private const string FileName = "recording.raw";

    /// <summary>Cycles are estimated from some seconds around the first word: profiling takes its time.</summary>
    private const double ProfiledSeconds = 3;

    /// <summary>The image for a board.</summary>
    /// <param name="sound">The emulator's recording or the real board's microphone.</param>
    public async Task<FirmwareImage> BuildAsync(SpotterPack pack, FirmwareSound sound, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pack);
        BoardPack laidOut = BoardPack.For(pack.Model, board);
        int memory;
        using (var spotter = new HostSpotter(HostLibraryBuilder.Load(project.Root), laidOut.Bytes))
            memory = spotter.MemoryBytes;
        return await new FirmwareBuilder(project, board) { Sound = sound }.BuildAsync(laidOut.Bytes,
            laidOut.Info with { SpotterBytes = memory }, App, cancellation).ConfigureAwait(false);
    }

    /// <summary>Listens to a recording. One that does not fit behind the image is read from a file by semihosting.</summary>
    /// <param name="estimates">Whether cycles are estimated.</param>
    /// <param name="fromFile">Read it from a file in any case.</param>
    public async Task<BoardHearing> RunAsync(SpotterPack pack, short[] samples, bool estimates,
        CancellationToken cancellation, bool fromFile = false)
    {
        ArgumentNullException.ThrowIfNull(pack);
        ArgumentNullException.ThrowIfNull(samples);
        FirmwareImage image = await BuildAsync(pack, FirmwareSound.Recording, cancellation).ConfigureAwait(false);
        byte[] bytes = Bytes(samples);
        ConsoleReport report = fromFile || InputBlock.HeaderBytes + bytes.Length > image.InputRoom
            ? await RunFromFileAsync(image, bytes, cancellation).ConfigureAwait(false)
            : await new QemuEmulator(board).RunAsync(image, bytes, bytes.Length, cancellation).ConfigureAwait(false);
        SpotterFigures figures = report.Audio is { } audio && audio.Samples == samples.Length
            ? audio
            : throw new BoardException($"The firmware heard {report.Audio?.Samples ?? 0} samples instead of {samples.Length}.");
        double? cycles = estimates && CycleModel.Processors.Contains(board.Cpu)
            ? CyclesPerInstruction(image, Excerpt(samples, pack.FrontEnd.SampleRate, report.Events))
            : null;
        return new BoardHearing(report.Events, figures, (double)samples.Length / pack.FrontEnd.SampleRate,
            figures.Ticks * (1e9 / board.Emulators.Qemu!.Ticks.Hz), report.StackBytes, image.Sizes, cycles);
    }

    private static byte[] Bytes(ReadOnlySpan<short> samples) => MemoryMarshal.AsBytes(samples).ToArray();

    private async Task<ConsoleReport> RunFromFileAsync(FirmwareImage image, byte[] samples, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mcuai-listen-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, FileName), samples, cancellation).ConfigureAwait(false);
            return await new QemuEmulator(board).RunWithFilesAsync(image, folder.FullName, cancellation).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static short[] Excerpt(short[] samples, int rate, IReadOnlyList<SpotterLine> events)
    {
        double middle = events.Count > 0 ? events[0].TimeMs / 1e3 : 0;
        int first = Math.Clamp((int)((middle - (ProfiledSeconds / 2)) * rate), 0, samples.Length);
        return samples[first..Math.Min(samples.Length, first + (int)(ProfiledSeconds * rate))];
    }

    private double CyclesPerInstruction(FirmwareImage image, short[] samples)
    {
        string block = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(block, InputBlock.Make(Bytes(samples), 2 * samples.Length));
            ProfileReport report = ImageProfiler.Run(BoardRun.ProfileRequest(board, image.ElfPath, "mcuai done") with
            {
                Function = Work, ExtraArguments = QemuEmulator.BlockArguments(image, block),
            });
            return report.Cycles.Typical / report.Instructions;
        }
        finally
        {
            File.Delete(block);
        }
    }
}
