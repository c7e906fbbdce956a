using McuAi.HostTools.Compressing;
using McuAi.ModelConverter.Graph;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>What compress prints.</summary>
internal static class CompressionReport
{
    public static void Print(CompressionResult result, Budget budget, TimeSpan time)
    {
        IReadOnlyList<Candidate> front = Selection.Front(result.Candidates.Where(candidate => candidate.RunsOnBoards));
        Table table = TableOutput.Create("model", ">float", ">integer", ">clips", ">flash", ">RAM", ">instructions", ">ms", ">%/KB", ">%/MMAC", "");
        foreach (Candidate candidate in result.Candidates.OrderByDescending(candidate => candidate.Cost.FlashBytes))
            table.AddRow(Markup.Escape(candidate.Name), $"{100 * candidate.RealAccuracy:0.00}",
                candidate.RunsOnBoards ? $"{100 * candidate.Accuracy:0.00}" : "", $"{100 * candidate.Judgement.Clips:0.0}",
                $"{candidate.Cost.FlashBytes:N0}",
                candidate.RunsOnBoards ? $"{candidate.Cost.RamBytes:N0}" : "",
                candidate.RunsOnBoards ? $"{candidate.Cost.Instructions:N0}" : "",
                candidate.RunsOnBoards ? $"{candidate.Cost.Milliseconds:0.0}" : "", $"{candidate.AccuracyPerKilobyte:0.00}",
                $"{candidate.AccuracyPerMillionMacs:0.0}", Remark(candidate, result, budget, front));
        TableOutput.Write(table);
        Console.Out.WriteLine($"Accuracies in percent of {result.Views} views of each of {result.Clips} clips of the validation, and of " +
            "the clips as they are; * nothing has both more accuracy and fewer bytes. " +
            $"{result.Emulations} images emulated, {time:m\\:ss} in all.");
        PrintChoice(result, budget);
    }

    private static void PrintChoice(CompressionResult result, Budget budget)
    {
        Candidate chosen = result.Chosen;
        Console.Out.WriteLine($"chosen for {budget}: {chosen.Name}, {chosen.Cost.FlashBytes:N0} bytes of flash, " +
            $"{chosen.Cost.RamBytes:N0} of RAM, {chosen.Cost.Milliseconds:0.0} ms");
        Candidate[] uniform = [.. result.Candidates.Where(candidate => candidate.Kind == CandidateKind.UniformInt8)];
        PrintRatio(result.UniformIsAsAccurate
            ? "the smallest uniform INT8 model that is at least as accurate"
            : "no uniform INT8 model is as accurate; the best", result.Uniform, chosen);
        if (uniform.MaxBy(candidate => candidate.Cost.FlashBytes) is { } largest && largest != result.Uniform)
            PrintRatio("the largest uniform INT8 model", largest, chosen);
        if (uniform[0] != result.Uniform)
            PrintRatio("the common network in INT8", uniform[0], chosen);
        if (Rounded(result) is { } rounded)
            PrintRatio("the smallest that is pruned and taught too, then rounded to INT8,", rounded, chosen);
        Console.Out.WriteLine($"  the chosen network itself takes {result.InInt8.FlashBytes:N0} bytes with INT8 weights: " +
            $"{(double)result.InInt8.FlashBytes / chosen.Cost.FlashBytes:0.00} times as many");
        Console.Out.WriteLine($"  its bytes: {result.Parts}");
        if (chosen.Kind == CandidateKind.Trained)
            Console.Out.WriteLine("  widths of the layers: " + string.Join(' ', chosen.Types.Select(type => type.Bits())));
        foreach ((Candidate candidate, PackAccuracy accuracy) in result.Tests)
            Console.Out.WriteLine($"  {candidate.Name,-24} through the core: {Percent(accuracy.Views)} of the views, " +
                $"{Percent(accuracy.Validation)} of the validation's clips, " +
                $"{Percent(accuracy.Test)} of the test");
        Console.Out.WriteLine($"  {result.Candidates[0].Name,-24} {Percent(result.FloatTest)} of the test");
    }

    private static void PrintRatio(string what, Candidate other, Candidate chosen) => Console.Out.WriteLine(
        $"  {what} takes {other.Cost.FlashBytes:N0} bytes ({other.Name}, {100 * other.Accuracy:0.00} %): {Ratio(other, chosen):0.00} times as many; its weights " +
        $"alone {other.Cost.WeightBytes:N0} against {chosen.Cost.WeightBytes:N0}: {WeightRatio(other, chosen):0.00}");

    public static void PrintJson(CompressionResult result, Budget budget)
    {
        IReadOnlyList<Candidate> front = Selection.Front(result.Candidates.Where(candidate => candidate.RunsOnBoards));
        Report.Print(new
        {
            Candidates = result.Candidates.Select(candidate => new
            {
                candidate.Name,
                Kind = candidate.Kind.ToString(),
                Widths = candidate.Types.Select(type => type.Bits()),
                ValidationReal = candidate.RealAccuracy,
                Validation = candidate.Accuracy,
                ValidationClips = candidate.Judgement.Clips,
                candidate.Cost.FlashBytes,
                candidate.Cost.WeightBytes,
                candidate.Cost.RamBytes,
                candidate.Cost.Instructions,
                Milliseconds = Finite(candidate.Cost.Milliseconds),
                candidate.Cost.Macs,
                candidate.AccuracyPerKilobyte,
                candidate.AccuracyPerMillionMacs,
                candidate.Steps,
                Fits = candidate.RunsOnBoards && budget.Holds(candidate.Cost),
                Front = front.Contains(candidate),
                Chosen = candidate == result.Chosen,
                CoreValidation = result.Tests.TryGetValue(candidate, out PackAccuracy? core) ? Finite(core.Views) : null,
                CoreClips = core is null ? null : Finite(core.Validation),
                CoreTest = result.Tests.TryGetValue(candidate, out PackAccuracy? test) ? Finite(test.Test) : null,
            }),
            Chosen = result.Chosen.Name,
            UniformInt8 = result.Uniform.Name,
            result.UniformIsAsAccurate,
            FlashRatio = Ratio(result.Uniform, result.Chosen),
            WeightRatio = WeightRatio(result.Uniform, result.Chosen),
            FloatTest = Finite(result.FloatTest),
            ValidationClips = result.Clips,
            ValidationViews = result.Views,
            FlashRatioOfItselfInInt8 = (double)result.InInt8.FlashBytes / result.Chosen.Cost.FlashBytes,
            result.Parts,
            result.Emulations,
        });
    }

    private static string Remark(Candidate candidate, CompressionResult result, Budget budget, IReadOnlyList<Candidate> front)
    {
        string[] remarks =
        [
            front.Contains(candidate) ? "*" : "",
            candidate == result.Chosen ? "chosen" : "",
            candidate == result.Uniform ? "compared" : "",
            candidate.RunsOnBoards && !budget.Holds(candidate.Cost) ? "does not fit" : "",
            candidate.Kind == CandidateKind.Trained && candidate.Steps < result.Candidates.Max(other => other.Steps) ? $"left after {candidate.Steps} steps" : "",
        ];
        return string.Join(' ', remarks.Where(remark => remark.Length > 0));
    }

    /// <summary>The smallest of all INT8 models that is at least as accurate as the chosen one.</summary>
    private static Candidate? Rounded(CompressionResult result) => result.Candidates.Where(candidate =>
        candidate.Kind == CandidateKind.Rounded && candidate.Types.All(type => type == DataType.Int8) &&
        candidate.Accuracy >= result.Chosen.Accuracy).MinBy(candidate => candidate.Cost.FlashBytes);

    private static double Ratio(Candidate other, Candidate chosen) => (double)other.Cost.FlashBytes / chosen.Cost.FlashBytes;

    private static double WeightRatio(Candidate other, Candidate chosen) =>
        (double)other.Cost.WeightBytes / chosen.Cost.WeightBytes;

    private static string Percent(double share) => double.IsNaN(share) ? "nothing" : $"{100 * share:0.00} %";

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
