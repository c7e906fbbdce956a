using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Learning;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Training;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai eval X.tsk --data DATA: how often a keyword spotter is right, through the C core.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("X.tsk") { Description = "the pack of a keyword spotter" };
        var data = new Option<string>("--data")
        {
            Description = "FOLDER with FOLDER/WORD/*.wav, or a .csv with the columns path,label; clips of any common rate",
            Required = true,
        };
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var dataset = new DatasetArguments();
        var command = new Command("eval", "Judge the pack of a keyword spotter.") { path, data, json };
        dataset.AddTo(command);
        command.SetAction((arguments, cancellation) => Task.FromResult(Run(arguments.GetValue(path)!,
            arguments.GetValue(data)!, arguments, dataset, arguments.GetValue(json), cancellation)));
        return command;
    }

    private static int Run(string path, string data, ParseResult arguments, DatasetArguments dataset, bool json,
        CancellationToken cancellation)
    {
        byte[] pack = ModelFile.ReadBytes(path);
        PackModel model = PackReader.Read(pack);
        if (model.FrontEnd is not { } tables || !model.Metadata.TryGetValue(KeywordPack.Labels, out string? text))
            throw new ModelException($"{path} has no audio front end or no labels, so it is no keyword spotter; make one " +
                "with mcuai train.");
        string[] labels = text.Split('\n');
        using var frontEnd = new HostFrontEnd(HostLibraryBuilder.Load(ProjectFolder.Find().Root), tables);
        IReadOnlyList<Clip> clips = SpeechDataset.LoadToJudge(data, labels,
            dataset.Read(arguments, frontEnd.Settings.SampleRate), cancellation);
        KeywordInputs inputs = KeywordInputs.Of(clips, frontEnd);
        int[] found = KeywordPack.Classify(pack, inputs);
        double accuracy = found.Zip(inputs.Labels).Count(pair => pair.First == pair.Second) / (double)inputs.Count;
        var classes = labels.Select((label, i) => new
        {
            Label = label,
            Samples = inputs.Labels.Count(other => other == i),
            Found = found.Count(other => other == i),
            Right = found.Zip(inputs.Labels).Count(pair => pair.First == i && pair.Second == i),
        }).ToArray();
        if (json)
        {
            Report.Print(new { Metric = "accuracy", Value = accuracy, Samples = inputs.Count, Classes = classes });
            return 0;
        }

        Table table = TableOutput.Create("label", ">clips", ">found", ">right");
        foreach (var row in classes)
            table.AddRow(Markup.Escape(row.Label), $"{row.Samples:N0}", $"{row.Found:N0}", $"{row.Right:N0}");
        TableOutput.Write(table);
        Console.Out.WriteLine($"accuracy {100 * accuracy:0.00} % of {inputs.Count:N0} clips");
        return 0;
    }
}
