using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Profiling;

/// <summary>Runs a firmware image in QEMU and reports where its instructions went.</summary>
public static class ImageProfiler
{
    /// <summary>Runs the image once. Counts are exact and repeatable; cycles are estimates.</summary>
    /// <exception cref="ModelException">
    /// The image, QEMU, the compiler or a named function is missing, or QEMU refused to run; the message says which.
    /// </exception>
    public static ProfileReport Run(ImageProfileRequest request)
    {
        CycleModel model = CycleModel.For(request.Processor);
        ElfImage image = ElfImage.Load(request.ImagePath);
        CheckMachine(image, model);
        string plugin = CountingPlugin.Build(request);
        string counts = Path.Combine(request.PluginFolder, $"counts-{Guid.NewGuid():N}.txt");
        try
        {
            string argument = PluginArgument(plugin, counts, Window(request, image, model));
            QemuCountRun run = QemuCountRun.Execute(request, argument);
            InstructionCountFile file = ReadCounts(counts, run, model.InstructionSet);
            return new ProfileReport(image, model, file.Counts)
            {
                Image = request.ImagePath,
                Windows = file.Windows,
                End = run.End,
                ExitCode = run.ExitCode,
                GuestOutput = run.Output,
            };
        }
        finally
        {
            File.Delete(counts);
        }
    }

    private static void CheckMachine(ElfImage image, CycleModel model)
    {
        int expected = model.InstructionSet == InstructionSet.RiscV ? 243 : 40;
        if (image.Machine == expected) return;
        throw new ModelException(
            $"the image is not for {model.Processor}: its ELF machine number is {image.Machine}, not {expected}.");
    }

    private static IEnumerable<string> Window(ImageProfileRequest request, ElfImage image, CycleModel model)
    {
        if (request.Function is string function)
        {
            ElfSymbol symbol = image.Find(function);
            IReadOnlyList<ulong> returns = CallSites.ReturnAddresses(image, model.InstructionSet, symbol.Address);
            if (returns.Count is 0 or > CallSites.Most)
            {
                throw new ModelException(
                    $"{function} has {returns.Count} direct callers where 1 to {CallSites.Most} are needed; "
                    + "name a first and a last function instead.");
            }
            return returns.Select(r => $"end=0x{r:x}").Prepend($"begin=0x{symbol.Address:x}");
        }
        if (request.WindowFrom is not string from)
        {
            if (request.WindowUntil is null) return [];
            throw new ModelException("a window needs its first function, too.");
        }
        string begin = $"begin=0x{image.Find(from).Address:x}";
        return request.WindowUntil is string until ? [begin, $"end=0x{image.Find(until).Address:x}"] : [begin];
    }

    /// <summary>QEMU splits the argument at commas; a doubled comma stands for one.</summary>
    private static string PluginArgument(string plugin, string counts, IEnumerable<string> window) =>
        string.Join(',', window.Prepend($"out={counts}").Prepend(plugin)
            .Select(a => a.Replace(",", ",,", StringComparison.Ordinal)));

    private static InstructionCountFile ReadCounts(string path, QemuCountRun run, InstructionSet set)
    {
        if (File.Exists(path)) return InstructionCountFile.Read(path, set);
        string said = run.Output.Trim();
        throw new ModelException($"QEMU wrote no instruction counts (exit code {run.ExitCode}). "
            + (said.Length == 0 ? "It said nothing." : $"It said: {said[..Math.Min(said.Length, 600)]}"));
    }
}
