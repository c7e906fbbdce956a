using System.Globalization;
using McuAi.HostTools.Boards;

namespace McuAi.HostTools.Emulation;

/// <summary>Runs images of the runner app in Renode, on the platforms of the folder renode. It lets a nanosecond of virtual
/// time pass with each instruction and counts those between the beginning and the end of each inference.</summary>
public sealed class RenodeEmulator(ProjectFolder project, Board board) : IBoardEmulator
{
    /// <summary>As --with names it.</summary>
    public const string EmulatorName = "renode";

    /// <summary>Virtual time between two looks at the console.</summary>
    private const string Step = "0.05";

    private const string Entry = "mcuai_invoke";

    private const string ConsoleFile = "console.txt", CountsFile = "counts.txt", HookFile = "hook.py", LineFile = "line.py";

    private readonly RenodeMachine machine = board.Emulators.Renode
        ?? throw new BoardException($"The board {board.Name} has no platform for Renode; see `mcuai boards`.");

    public string Name => EmulatorName;

    public TickSource Ticks => machine.Ticks;

    /// <summary>How long the firmware may be silent before it counts as stuck.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Of Renode; null: in RENODE or on PATH.</summary>
    internal string? Executable { get; init; }

    /// <summary>Whether there is a Renode, in RENODE or on PATH.</summary>
    public static bool IsInstalled => RenodeMonitor.Find() is not null;

    /// <inheritdoc/>
    public async Task<EmulatorRun> RunImageAsync(
        FirmwareImage image, ReadOnlyMemory<byte> inputs, int inputBytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(image);
        // A folder of its own, without the spaces and quotation marks that the user's folders may have.
        var folder = Directory.CreateTempSubdirectory("mcuai-renode-").FullName.Replace('\\', '/');
        try
        {
            File.Copy(image.ElfPath, Path.Combine(folder, "image.elf"));
            File.Copy(Path.Combine(project.Renode, machine.Platform), Path.Combine(folder, "board.repl"));
            foreach (var model in Models())
            {
                File.Copy(model, Path.Combine(folder, Path.GetFileName(model)));
            }
            File.WriteAllBytes(Path.Combine(folder, "inputs.bin"), InputBlock.Make(inputs.Span, inputBytes));
            File.WriteAllText(Path.Combine(folder, HookFile), Hook(folder));
            File.WriteAllText(Path.Combine(folder, LineFile), LineHook(folder));
            return await RunInFolderAsync(folder, image, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Paths of the platform's own models.</summary>
    private IEnumerable<string> Models() => machine.Models is null
        ? []
        : Directory.EnumerateFiles(Path.Combine(project.Renode, machine.Models), "*.cs").Order(StringComparer.Ordinal);

    private async Task<EmulatorRun> RunInFolderAsync(string folder, FirmwareImage image, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        using var monitor = new RenodeMonitor(folder, Executable);
        try
        {
            foreach (var command in Setup(folder, image))
            {
                await monitor.DoAsync(command, patience.Token).ConfigureAwait(false);
            }
            var report = await ListenAsync(monitor, Path.Combine(folder, ConsoleFile), patience).ConfigureAwait(false);
            var executed = Number(await monitor.DoAsync("cpu ExecutedInstructions", patience.Token).ConfigureAwait(false));
            return report.Succeeded
                ? new EmulatorRun(report, Invocations(folder, report.InferenceTicks.Count)) { ExecutedInstructions = executed }
                : throw new BoardException(report.Failure(board.Name, ""));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BoardException(string.Create(CultureInfo.InvariantCulture,
                $"The firmware on {board.Name} wrote nothing for {Patience.TotalSeconds:0} seconds; Renode was ended."));
        }
    }

    /// <summary>A hook at the entry of an inference notes the count of instructions, and sets one where it returns to.
    /// </summary>
    private string[] Setup(string folder, FirmwareImage image) =>
    [
        .. Include(folder),
        "mach create \"board\"",
        $"machine LoadPlatformDescription @{folder}/board.repl",
        "cpu PerformanceInMips 1000",
        "emulation SetGlobalAdvanceImmediately true",
        $"sysbus LoadELF @{folder}/image.elf",
        string.Create(CultureInfo.InvariantCulture, $"sysbus LoadBinary @{folder}/inputs.bin 0x{image.InputAddress:x}"),
        $"sysbus.{machine.Console} AddLineHook \"\" \"execfile('{folder}/{LineFile}')\"",
        $"cpu AddHook `sysbus GetSymbolAddress \"{Entry}\"` \"execfile('{folder}/{HookFile}')\"",
    ];

    /// <summary>In one command, so that the models know each other.</summary>
    private string[] Include(string folder) => machine.Models is null
        ? []
        : ["include " + string.Join(' ', Models().Select(model => $"@{folder}/{Path.GetFileName(model)}"))];

    /// <summary>Renode's Python is 2.7; self is the CPU. A return address in LR tells Thumb code by its lowest bit.</summary>
    private string Hook(string folder) =>
        $"""
        def note(cpu):
            with open('{folder}/{CountsFile}', 'a') as counts:
                counts.write('%d\n' % cpu.ExecutedInstructions)

        note(self)
        end = self.{(board.Cpu.StartsWith("rv", StringComparison.Ordinal) ? "RA" : "LR")}.RawValue & ~1
        self.RemoveHooksAt(end)
        self.AddHook(end, lambda cpu, address: note(cpu))

        """;

    /// <summary>Renode's own file of a console is locked while it runs; this one is closed behind each line.</summary>
    private static string LineHook(string folder) =>
        $"""
        with open('{folder}/{ConsoleFile}', 'a') as console:
            console.write(line + '\n')

        """;

    private async Task<ConsoleReport> ListenAsync(RenodeMonitor monitor, string path, CancellationTokenSource patience)
    {
        var report = new ConsoleReport();
        long read = 0;
        while (!report.Done)
        {
            await monitor.DoAsync($"emulation RunFor \"{Step}\"", patience.Token).ConfigureAwait(false);
            if (!File.Exists(path) || new FileInfo(path).Length == read)
            {
                continue;
            }
            patience.CancelAfter(Patience);
            using var console = new FileStream(path, FileMode.Open, FileAccess.Read);
            console.Position = read;
            using var reader = new StreamReader(console);
            while (await reader.ReadLineAsync(patience.Token).ConfigureAwait(false) is { } line)
            {
                report.Add(line);
            }
            read = console.Length;
        }
        return report;
    }

    /// <summary>The file has two counts of each inference, at its entry and its return; the last is the traced one.</summary>
    private static long[] Invocations(string folder, int inferences)
    {
        var counts = File.ReadLines(Path.Combine(folder, CountsFile))
            .Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        return counts.Length >= 2 * inferences
            ? [.. Enumerable.Range(0, inferences).Select(i => counts[(2 * i) + 1] - counts[2 * i])]
            : throw new BoardException($"Renode counted {counts.Length / 2} inferences instead of {inferences}.");
    }

    private static long Number(string answer) =>
        answer.StartsWith("0x", StringComparison.Ordinal)
            && long.TryParse(answer.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new BoardException($"Renode tells no count of instructions: {answer}.");
}
