using System.CommandLine;
using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Models;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using McuAi.ModelConverter.Graph;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai anomaly train LOG -o X.tsk: a detector from a log in which nothing is wrong.</summary>
internal static class AnomalyTrainCommand
{
    private const string Auto = "auto";

    public static Command Create()
    {
        var log = new Argument<string>("LOG")
        {
            Description = "a log in which nothing is wrong: .csv, or raw float32; LOG@HZ is resampled",
        };
        var output = new Option<string>("--output", "-o") { Description = "the pack", Required = true };
        var method = new Option<string>("--method")
        {
            Description = "auto (by faults put into the log), z-score, pca, auto-encoder or forecaster",
            DefaultValueFactory = _ => Auto,
        };
        method.AcceptOnlyFromAmong([Auto, .. Names.Keys]);
        var settings = new DetectorArguments();
        var json = new Option<bool>("--json") { Description = "print figures as JSON" };
        var command = new Command("train", "Make a detector from a log in which nothing is wrong.") { log, output, method, json };
        settings.AddTo(command);
        command.SetAction(arguments =>
        {
            HostLibrary library = HostLibraryBuilder.Load(ProjectFolder.Find().Root);
            SensorLog normal = settings.ReadLog(arguments, arguments.GetValue(log)!);
            TrainingPlan plan = settings.Plan(arguments, normal);
            SampleScale[]? scales = settings.Scales(arguments, normal);
            Candidate[] candidates = Train(library, normal, plan, scales, arguments.GetValue(method)!);
            TrainedDetector best = candidates[0].Detector;
            ModelFile.WriteAtomically(arguments.GetValue(output)!, best.Pack);
            foreach (string warning in normal.Warnings)
                Console.Error.WriteLine($"warning: {warning}");
            Print(arguments.GetValue(output)!, candidates, plan, arguments.GetValue(json));
            return 0;
        });
        return command;
    }

    private static Dictionary<string, IAnomalyMethod> Names { get; } =
        ((string[])["z-score", "pca", "auto-encoder", "forecaster"]).Zip(MethodChoice.Methods).ToDictionary();

    private sealed record Candidate(TrainedDetector Detector, double Synthetic);

    /// <summary>The best first.</summary>
    private static Candidate[] Train(HostLibrary library, SensorLog normal, TrainingPlan plan, SampleScale[]? scales, string method)
    {
        IEnumerable<IAnomalyMethod> methods = method == Auto ? Names.Values : [Names[method]];
        Candidate[] candidates = [.. methods.Select(one =>
        {
            TrainedDetector detector = new DetectorTraining(library, one, plan).Train(normal, scales);
            return new Candidate(detector, MethodChoice.Synthetic(library, detector, plan.Features, plan.Seed));
        })];
        int best = MethodChoice.Best([.. candidates.Select(candidate => candidate.Synthetic)]);
        return [candidates[best], .. candidates.Where((_, i) => i != best)];
    }

    private static void Print(string path, Candidate[] candidates, TrainingPlan plan, bool json)
    {
        TrainedDetector best = candidates[0].Detector;
        bool enough = best.CalibrationScores >= FalseAlarmThreshold.Needed(plan.FalseAlarms);
        if (json)
        {
            Report.Print(new
            {
                Pack = path, best.Method, PackBytes = best.Pack.Length, plan.FalseAlarms, best.CalibrationScores, enough,
                Threshold = best.Threshold / 65536.0,
                Candidates = candidates.Select(one => new { one.Detector.Method, SyntheticAp = one.Synthetic }),
            });
            return;
        }

        Console.Out.WriteLine($"{path}: {best.Method}, {plan.Features.Count} features of {plan.Features.Window} rows, " +
            $"{best.Pack.Length:N0} bytes");
        foreach (Candidate candidate in candidates)
            Console.Out.WriteLine($"  {candidate.Detector.Method,-16} average precision {candidate.Synthetic:0.000} on faults put " +
                "into rows it was not fitted to");
        Console.Out.WriteLine($"  threshold {best.Threshold / 65536.0:0.000} for {plan.FalseAlarms:0.##%} false alarms, from " +
            $"{best.CalibrationScores:N0} normal frames" +
            (enough ? "" : ": too few for this rate, so that it is their greatest score"));
    }
}
