using System.CommandLine;
using McuAi.ModelConverter.Data;
using Spectre.Console;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai data X: what a speech data set holds, and what is wrong with it, before anything is
/// trained.</summary>
internal static class DataCommand
{
    private const int SpeakersShown = 12;

    public static Command Create()
    {
        var path = new Argument<string>("X")
        {
            Description = "FOLDER with FOLDER/WORD/*.wav, or a manifest .csv with the columns path,label,speaker,split",
        };
        var dataset = new DatasetArguments();
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("data", "Check a speech data set and show what it holds.") { path, json };
        dataset.AddTo(command);
        command.SetAction((arguments, cancellation) =>
        {
            // At their own rates: nothing here depends on the one that a model will use.
            SpeechDataset data = SpeechDataset.Load(arguments.GetValue(path)!, dataset.Read(arguments, rate: 0),
                cancellation);
            DatasetSummary summary = DatasetSummary.Of(data);
            if (arguments.GetValue(json))
                Report.Print(summary);
            else
                Print(summary);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Print(DatasetSummary summary)
    {
        Table labels = TableOutput.Create("label", ">clips", ">train", ">validation", ">test", ">speakers", ">seconds");
        foreach (LabelSummary label in summary.Labels)
            labels.AddRow(Markup.Escape(label.Label), $"{label.Clips:N0}", $"{label.Train:N0}", $"{label.Validation:N0}",
                $"{label.Test:N0}", Count(label.Speakers), $"{label.Seconds:N1}");
        TableOutput.Write(labels);
        Console.Out.WriteLine($"{summary.Clips:N0} clips of {summary.ShortestSeconds:0.00} to " +
            $"{summary.LongestSeconds:0.00} seconds, {summary.Seconds:N1} in all; {summary.NoiseRecordings} noise recordings");
        Console.Out.WriteLine("  rates     " +
            string.Join(", ", summary.Rates.Select(rate => $"{rate.Hz:N0} Hz ({rate.Clips:N0})")));
        Console.Out.WriteLine($"  split     by {summary.SplitRule}: " + string.Join(", ", summary.Splits.Select(split =>
            $"{split.Split} {split.Clips:N0}" + (split.Speakers > 0 ? $" of {split.Speakers:N0} speakers" : ""))));
        Console.Out.WriteLine($"  speakers  {Speakers(summary.Speakers)}");
        Console.Out.WriteLine($"  sound     {summary.SilentClips:N0} silent, {summary.ClippedClips:N0} clipped");
        foreach (string warning in summary.Warnings)
            Console.Out.WriteLine($"warning: {warning}");
    }

    private static string Speakers(IReadOnlyList<SpeakerSummary> speakers) => speakers.Count == 0
        ? "unknown"
        : string.Join(", ", speakers.Take(SpeakersShown).Select(speaker =>
            $"{speaker.Speaker} ({speaker.Clips:N0}, {string.Join('+', speaker.Splits)})")) +
          (speakers.Count > SpeakersShown ? $" and {speakers.Count - SpeakersShown:N0} more" : "");

    private static string Count(int speakers) => speakers == 0 ? "unknown" : $"{speakers:N0}";
}
