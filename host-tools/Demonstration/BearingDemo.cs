using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Commands;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;
using Spectre.Console;

namespace McuAi.HostTools.Demonstration;

/// <summary>Learns how a healthy bearing vibrates, and has the anomaly node's firmware on an emulated board listen to one
/// that is damaged after a while.</summary>
internal static class BearingDemo
{
    private const double LearnedSeconds = 6, HealthySeconds = 2, DamagedSeconds = 2, RowSeconds = 0.5;
    private const int Seed = 1;

    private static readonly SampleScale[] Scales = [new(0, SimulatedBearing.FullScale / 32768)];

    private static readonly FeatureSettings Features = new FeatureSettings
    {
        Channels = 1,
        Window = 1024,
        Hop = 256,
        Kinds = FeatureKinds.Deviation | FeatureKinds.Crest | FeatureKinds.Kurtosis,
        SampleRate = SimulatedBearing.Rate,
    }.WithBands(13, 60, 4500);

    public static async Task RunAsync(Board board, CancellationToken cancellation)
    {
        var bearing = new SimulatedBearing(Seed);
        TrainedDetector detector = Learn(bearing);
        short[] samples = [.. SampleScale.Samples(bearing.Run(HealthySeconds, damaged: false), Scales),
            .. SampleScale.Samples(bearing.Run(DamagedSeconds, damaged: true), Scales)];
        NodeResult node = await NodeEmulation.RunAsync(board, detector.Pack, samples, cancellation);

        Console.Out.WriteLine($"A {detector.Method} of {Features.Count} features learned {LearnedSeconds:0} seconds of a simulated " +
            $"healthy bearing: {detector.Pack.Length:N0} bytes. From {HealthySeconds:0.0} s on its inner race is damaged.");
        Print(Detection.Read(node.Frames));
        PrintCost(board, node, samples.Length / (double)SimulatedBearing.Rate);
    }

    /// <summary>A detector of what differs from the bearing while it is healthy.</summary>
    public static TrainedDetector Learn(SimulatedBearing bearing)
    {
        var plan = new TrainingPlan { Features = Features, Persistence = 2, HoldOff = FramesInASecond, Seed = Seed };
        return new DetectorTraining(HostLibraryBuilder.Load(ProjectFolder.Find().Root), new Forecaster(), plan)
            .Train(bearing.Run(LearnedSeconds, damaged: false), Scales);
    }

    /// <summary>What the bearing was beside what was noticed, in the order of time.</summary>
    private static void Print(Detection[] frames)
    {
        Table table = TableOutput.Create(">time", "bearing", ">frames", ">with an alarm", "first event");
        foreach (IGrouping<int, int> row in Enumerable.Range(0, frames.Length).GroupBy(i => (int)(End(i) / RowSeconds)))
        {
            int first = row.FirstOrDefault(i => frames[i].Event, -1);
            table.AddRow($"{row.Key * RowSeconds:0.0} s", row.Key * RowSeconds < HealthySeconds ? "healthy" : "damaged",
                $"{row.Count()}", $"{row.Count(i => frames[i].Alarm)}",
                first < 0 ? "" : $"{End(first):0.00} s, score {frames[first].Score / 65536.0:0.0}");
        }

        TableOutput.Write(table);
    }

    private static int FramesInASecond => (int)Math.Round(Features.SampleRate / Features.Hop);

    /// <summary>Seconds at which a frame's last sample came.</summary>
    private static double End(int frame) => ((frame * Features.Hop) + Features.Window - 1) / Features.SampleRate;

    private static void PrintCost(Board board, NodeResult node, double seconds)
    {
        double instructions = node.Instructions.Sum() / seconds;
        Console.Out.WriteLine($"{board.Name} ({board.Cpu}) in qemu, {seconds:0.0} seconds of vibration");
        Console.Out.WriteLine($"  {instructions:N0} instructions for each second, {node.MeanInstructions:N0} a frame");
        Console.Out.WriteLine($"  RAM {node.RamBytes:N0} bytes for detector and model and {node.StackBytes:N0} of stack, " +
            $"{node.Sizes.CoreCode:N0} bytes of core code");
    }
}
