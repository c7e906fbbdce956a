using System.CommandLine;
using McuAi.HostTools.Listening;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Pack;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai listen X.tsk RECORDING.wav: finds words in a long recording.</summary>
internal static class ListenCommand
{
    private static readonly Option<string?> Truth = new("--truth")
    {
        Description = "what is spoken: a .csv with the columns time,label; time is the middle of the word in seconds",
    };

    private static readonly Option<double> Tolerance = new("--tolerance")
    {
        Description = "seconds between the middle of a word and an event that finds it",
        DefaultValueFactory = _ => DetectionScore.Tolerance,
    };

    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "write the pack with the settings given here",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "print figures as JSON" };

    public static Command Create()
    {
        var path = new Argument<string>("X.tsk") { Description = "the pack of a keyword spotter" };
        var recording = new Argument<string>("RECORDING.wav") { Description = "continuous sound of any rate" };
        var settings = new SpotterArguments();
        var command = new Command("listen", "Find words in a recording.") { path, recording, Truth, Tolerance, Output, Json };
        settings.AddTo(command);
        command.SetAction((arguments, cancellation) => Task.FromResult(
            Run(arguments.GetValue(path)!, arguments.GetValue(recording)!, settings, arguments)));
        return command;
    }

    private static int Run(string path, string recording, SpotterArguments settings, ParseResult arguments)
    {
        SpotterPack pack = SpotterPack.Read(path);
        settings.Apply(arguments, pack);
        short[] samples = pack.Samples(recording);
        IReadOnlyList<SpokenWord>? words = arguments.GetValue(Truth) is { } truth ? SpokenWords.Read(truth) : null;
        Hearing hearing = HostListening.Run(pack, samples);
        DetectionScore? score = words is null ? null : Score(pack, words, hearing,
            (double)samples.Length / pack.FrontEnd.SampleRate, arguments.GetValue(Tolerance));
        if (arguments.GetValue(Output) is { } output)
            ModelFile.WriteAtomically(output, PackWriter.Write(pack.Model));
        if (arguments.GetValue(Json))
            Report.Print(new { Events = Events(pack, hearing), hearing.Windows, hearing.Inferences, Score = score });
        else
            Print(pack, hearing, score);
        return 0;
    }

    private static DetectionScore Score(SpotterPack pack, IReadOnlyList<SpokenWord> words, Hearing hearing, double seconds,
        double tolerance)
    {
        if (words.Select(word => word.Label).FirstOrDefault(label => !pack.Labels.Contains(label)) is { } stranger)
            throw new ModelException($"The words spoken contain '{stranger}', which is none of the model's labels " +
                $"({string.Join(", ", pack.Labels)}); remove it, or correct its spelling.");
        return DetectionScore.Of(words, [.. hearing.Words.Select(word => new SpokenWord(word.TimeMs / 1e3, pack.Labels[word.Label]))],
            seconds, tolerance);
    }

    private static IEnumerable<object> Events(SpotterPack pack, Hearing hearing) => hearing.Words.Select(word => new
    {
        Time = word.TimeMs / 1e3, Label = pack.Labels[word.Label], Score = Share(word),
    });

    private static double Share(HeardWord word) => Math.Round(word.Score / 256.0, 3);

    private static void Print(SpotterPack pack, Hearing hearing, DetectionScore? score)
    {
        Table table = TableOutput.Create(">time", "label", ">score");
        foreach (HeardWord word in hearing.Words)
            table.AddRow($"{word.TimeMs / 1e3:0.00} s", Markup.Escape(pack.Labels[word.Label]), $"{Share(word):0.00}");
        TableOutput.Write(table);
        Console.Out.WriteLine($"{hearing.Words.Count:N0} events; the model ran in {hearing.Inferences:N0} of " +
            $"{hearing.Windows:N0} windows");
        if (score is not null)
            Console.Out.WriteLine($"{score.Found:N0} of {score.Spoken:N0} words found" +
                (score.Recall is { } recall ? $" ({100 * recall:0.0} %)" : "") +
                $", {score.False:N0} false events ({score.FalsePerHour:0.0} an hour)");
    }
}
