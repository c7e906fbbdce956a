using System.CommandLine;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Learning;
using McuAi.HostTools.Listening;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Data;
using McuAi.ModelConverter.Pack;
using McuAi.ModelConverter.Training;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai eval X.tsk --data DATA: how often a keyword spotter is right, through the C core, of clips or
/// in a recording made of them.</summary>
internal static class EvalCommand
{
    private static readonly Argument<string> PackPath = new("X.tsk") { Description = "the pack of a keyword spotter" };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "FOLDER with FOLDER/WORD/*.wav, or a .csv with the columns path,label; clips of any common rate",
        Required = true,
    };

    private static readonly Option<bool> Stream = new("--stream")
    {
        Description = "have the spotter listen to the clips as one recording, with pauses, at changing levels and in the " +
            "noise of the data or of --noise",
    };

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "of the recording of --stream, at least: clips are repeated; 0: each clip once",
    };

    private static readonly Option<int> StreamSeed = new("--stream-seed")
    {
        Description = "another number gives the recording of --stream another order, other levels and pauses",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };
    private static readonly DatasetArguments Dataset = new();
    private static readonly SpotterArguments Spotter = new();

    public static Command Create()
    {
        var command = new Command("eval", "Judge the pack of a keyword spotter.") { PackPath, Data, Stream, Seconds, StreamSeed, Json };
        Dataset.AddTo(command);
        Spotter.AddTo(command);
        command.SetAction((arguments, cancellation) => Task.FromResult(Run(arguments, cancellation)));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        SpotterPack pack = SpotterPack.Read(arguments.GetValue(PackPath)!);
        DatasetOptions options = Dataset.Read(arguments, pack.FrontEnd.SampleRate);
        string data = arguments.GetValue(Data)!;
        IReadOnlyList<Clip> clips = SpeechDataset.LoadToJudge(data, pack.Labels, options, cancellation);
        bool json = arguments.GetValue(Json);
        if (!arguments.GetValue(Stream))
        {
            JudgeClips(pack, clips, json);
            return 0;
        }

        Spotter.Apply(arguments, pack);
        ClipStream stream = ClipStream.Of(clips, SpeechDataset.NoiseToJudge(data, options, cancellation), options.Rate,
            arguments.GetValue(Seconds), arguments.GetValue(StreamSeed));
        Hearing hearing = HostListening.Run(pack, stream.Samples);
        DetectionScore score = DetectionScore.Of(stream.Words, pack.Events(hearing), stream.Samples.Length / (double)options.Rate);
        if (json)
            Report.Print(new
            {
                Metric = "recall", Value = score.Recall, Samples = score.Spoken, score.Found, score.False, score.FalsePerHour,
                score.Hours,
            });
        else
            Console.Out.WriteLine($"{3600 * score.Hours:N0} seconds of {clips.Count:N0} clips: {ListenReport.Score(score)}");
        return 0;
    }

    private static void JudgeClips(SpotterPack pack, IReadOnlyList<Clip> clips, bool json)
    {
        using var frontEnd = new HostFrontEnd(HostLibraryBuilder.Load(ProjectFolder.Find().Root), pack.Model.FrontEnd!);
        KeywordInputs inputs = KeywordInputs.Of(clips, frontEnd);
        int[] found = KeywordPack.Classify(PackWriter.Write(pack.Model), inputs);
        double accuracy = found.Zip(inputs.Labels).Count(pair => pair.First == pair.Second) / (double)inputs.Count;
        var classes = pack.Labels.Select((label, i) => new
        {
            Label = label,
            Samples = inputs.Labels.Count(other => other == i),
            Found = found.Count(other => other == i),
            Right = found.Zip(inputs.Labels).Count(pair => pair.First == i && pair.Second == i),
        }).ToArray();
        if (json)
        {
            Report.Print(new { Metric = "accuracy", Value = accuracy, Samples = inputs.Count, Classes = classes });
            return;
        }

        Table table = TableOutput.Create("label", ">clips", ">found", ">right");
        foreach (var row in classes)
            table.AddRow(Markup.Escape(row.Label), $"{row.Samples:N0}", $"{row.Found:N0}", $"{row.Right:N0}");
        TableOutput.Write(table);
        Console.Out.WriteLine($"accuracy {100 * accuracy:0.00} % of {inputs.Count:N0} clips");
    }
}
