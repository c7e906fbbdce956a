using System.CommandLine;
using System.Globalization;
using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai anomaly bench: all methods and baselines on public data sets, by the INT8 code of boards.</summary>
internal static class AnomalyBenchCommand
{
    public static Command Create()
    {
        var cwru = new Option<string?>("--cwru") { Description = "folder of the CWRU bearing recordings, with index.csv" };
        var skab = new Option<string?>("--skab") { Description = "folder of the Skoltech Anomaly Benchmark" };
        var nab = new Option<string?>("--nab") { Description = "folder of the Numenta Anomaly Benchmark" };
        var indexed = new Option<bool>("--as-indexed")
        {
            Description = "CWRU: do not bring the normal recording from 48 to 12 kHz, to see what a wrong rate does",
        };
        var seed = new Option<int>("--seed") { Description = "of the networks", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("bench", "Compare all methods on public data sets.") { cwru, skab, nab, indexed, seed, json };
        command.SetAction(arguments =>
        {
            HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
            int number = arguments.GetValue(seed);
            var figures = new List<BenchFigures>();
            if (arguments.GetValue(cwru) is { } bearings)
                figures.AddRange(new BearingBench(library, bearings, number, arguments.GetValue(indexed)).Run());
            if (arguments.GetValue(skab) is { } pump)
                figures.AddRange(new SkabBench(library, pump, number).Run());
            if (arguments.GetValue(nab) is { } metrics)
                figures.AddRange(new NabBench(library, metrics, number).Run());
            if (figures.Count == 0)
                throw new ModelException("Give the folder of a data set: --cwru, --skab or --nab.");
            if (arguments.GetValue(json))
                Report.Print(figures);
            else
                Print(figures);
            return 0;
        });
        return command;
    }

    private static void Print(List<BenchFigures> figures)
    {
        Table table = TableOutput.Create("data", "method", ">AUC", ">precision", ">recall", ">F1", ">false alarms", ">VUS-PR",
            ">delay, rows", ">found", ">NAB", ">synthetic AP", ">pack");
        foreach (BenchFigures row in figures)
            table.AddRow(row.Dataset, row.Method + (row.Chosen ? " (chosen)" : ""), Text(row.Auc, "0.0000"),
                Text(row.Precision, "0.000"), Text(row.Recall, "0.000"), Text(row.F1, "0.000"), Text(row.FalseAlarms, "0.0 %"),
                Text(row.VusPr, "0.000"), Text(row.DelayRows, "N1"), $"{row.RangesFound} of {row.Ranges}",
                Text(row.Nab, "0.0"), Text(row.Synthetic, "0.000"), Text(row.PackBytes, "N0"));
        TableOutput.Write(table);
        Console.Out.WriteLine("Chosen: by faults put into normal data, without labels of real ones.");
    }

    private static string Text(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
