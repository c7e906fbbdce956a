using System.CommandLine;
using System.Diagnostics;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Compressing;
using McuAi.HostTools.Emulation;
using McuAi.HostTools.Learning;
using McuAi.HostTools.Models;
using McuAi.HostTools.Profiling;
using McuAi.ModelConverter.Audio;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Training;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai compress DATA --board B: the best keyword spotter that fits a board's budget.</summary>
internal static class CompressCommand
{
    private static readonly Option<string> BoardName = CommonOptions.Board();
    private static readonly Option<string?> Flash = new("--flash") { Description = "bytes of flash at most, as 32k" };
    private static readonly Option<string?> Ram = new("--ram") { Description = "bytes of RAM at most, as 16k" };
    private static readonly Option<string?> Latency = new("--latency") { Description = "time of an inference at most, as 100ms" };
    private static readonly Option<string?> Teacher = new("--teacher")
    {
        Description = "a float .tflite or .onnx model with the same input and classes to learn from; by default the best uniform networks",
    };

    private static readonly Option<string?> Output = new("--out", "--output", "-o") { Description = "write the chosen model's pack" };
    private static readonly Option<string?> Html = new("--html") { Description = "write the table and its picture as a page" };
    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };
    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "tiny networks and few steps: shows that everything works, not what can be reached",
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "another number gives other models", DefaultValueFactory = _ => CompressionPlan.Default.Seed,
    };

    private static readonly Option<int> Rate = new("--rate")
    {
        Description = "samples a second that the model hears",
        DefaultValueFactory = _ => FrontEndSettings.KeywordSpotting.SampleRate,
    };

    private static readonly Option<bool> Silence = new("--silence") { Description = "add the class silence: noise alone" };

    public static Command Create()
    {
        var path = new Argument<string>("DATA")
        {
            Description = "FOLDER with FOLDER/WORD/*.wav, or a manifest .csv with the columns path,label,speaker,split",
        };
        var dataset = new DatasetArguments();
        var command = new Command("compress", "Find the best keyword spotter that fits a board's flash, RAM and time.")
        {
            path, BoardName, Flash, Ram, Latency, Teacher, Output, Html, Json, Quick, Seed, Rate, Silence,
        };
        dataset.AddTo(command);
        command.SetAction((arguments, cancellation) => Task.Run(() => RunAsync(arguments.GetValue(path)!, arguments, dataset,
            cancellation), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, ParseResult arguments, DatasetArguments dataset,
        CancellationToken cancellation)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(arguments.GetValue(BoardName)!);
        Budget budget = Limits(arguments, board);
        CompressionPlan plan = (arguments.GetValue(Quick) ? CompressionPlan.Quick : CompressionPlan.Default) with
        {
            Seed = arguments.GetValue(Seed),
        };
        var settings = new KeywordSessionSettings
        {
            FrontEnd = FrontEndSettings.KeywordSpotting with { SampleRate = arguments.GetValue(Rate) },
            Batches = new KeywordBatchSettings { Seed = plan.Seed },
            Silence = arguments.GetValue(Silence),
            CompactTables = true,
        };
        settings.FrontEnd.Check();
        SpeechDataset data = SpeechDataset.Load(path, dataset.Read(arguments, settings.FrontEnd.SampleRate), cancellation);
        foreach (string warning in data.Warnings)
            Console.Error.WriteLine($"warning: {warning}");
        long began = Stopwatch.GetTimestamp();
        using var material = new KeywordMaterial(data, settings);
        var search = new CompressionSearch(material, settings.FrontEnd, board, budget, plan, Console.Error.WriteLine);
        CompressionResult result = await search.RunAsync(
            arguments.GetValue(Teacher) is { } teacher ? ModelFile.ReadGraph(teacher) : null, cancellation).ConfigureAwait(false);
        if (arguments.GetValue(Output) is { } output)
            ModelFile.WriteAtomically(output, result.Pack);
        if (arguments.GetValue(Html) is { } page)
            ModelFile.WriteAtomically(page, CompressionPage.Render($"{Path.GetFileName(Path.TrimEndingDirectorySeparator(path))} on " +
                board.Name, result, budget));
        if (arguments.GetValue(Json))
            CompressionReport.PrintJson(result, budget);
        else
            CompressionReport.Print(result, budget, Stopwatch.GetElapsedTime(began));
        return 0;
    }

    /// <summary>What was asked for, and no more than the board has.</summary>
    private static Budget Limits(ParseResult arguments, Board board)
    {
        var budget = new Budget(
            Math.Min(Amounts.Bytes("--flash", arguments.GetValue(Flash)), (board.Memory.Pack ?? board.Memory.Flash).Size),
            Math.Min(Amounts.Bytes("--ram", arguments.GetValue(Ram)), BoardFit.MostArena(board)),
            Amounts.Milliseconds("--latency", arguments.GetValue(Latency)));
        return double.IsFinite(budget.Milliseconds) && !CycleModel.Processors.Contains(board.Cpu)
            ? throw new BoardException($"There is no model of the cycles of {board.Cpu}, so --latency cannot be judged; leave it out.")
            : budget;
    }
}
