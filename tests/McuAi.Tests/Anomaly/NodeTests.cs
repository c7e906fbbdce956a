using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.Tests.Anomaly;

/// <summary>firmware/apps/anomaly-node on emulated boards: the decisions of the host, byte for byte.</summary>
[TestClass]
public sealed class NodeTests
{
    [TestMethod]
    [DataRow("mps2-an386", 0)]
    [DataRow("mps2-an386", 1)]
    [DataRow("stm32f4-discovery", 2)]
    [DataRow("stm32f4-discovery", 3)]
    [DataRow("mps3-an547", 2)]
    [DataRow("riscv32-virt", 3)]
    public async Task BoardsDecideLikeTheHost(string name, int method)
    {
        TrainedDetector detector = TrainedMachines.Train(TrainedMachines.Methods[method],
            TrainedMachines.Plan with { Adaptation = 7, Persistence = 2, HoldOff = 5 });
        short[] samples = [.. VibrationSignals.Machine(6000, 2, faulty: false), .. VibrationSignals.Machine(6000, 3, faulty: true)];
        await CompareAsync(name, detector.Pack, samples, alarms: true);
    }

    /// <summary>Eight slow sensors, and a normal that is learned on the board alone.</summary>
    [TestMethod]
    [DataRow("mps2-an386")]
    [DataRow("stm32f4-discovery")]
    public async Task BoardsLearnLikeTheHost(string name)
    {
        var plan = new TrainingPlan
        {
            Features = new FeatureSettings
            {
                Channels = 8, Window = 10, Hop = 5, Kinds = FeatureKinds.Mean | FeatureKinds.Deviation,
            },
            Adaptation = 6, LearnsFromTheStream = true, Folds = 1, WarmUp = 12,
        };
        var random = new Random(6);
        float[][] values = [.. Enumerable.Range(0, 8).Select(channel => Enumerable.Range(0, 2000).Select(i =>
            (float)((30 * Math.Sin(0.01 * i * (channel + 1))) + random.NextDouble() + (i > 1500 && channel == 3 ? 40 : 0))).ToArray())];
        var log = new SensorLog("sensors", [.. Enumerable.Range(0, 8).Select(i => $"s{i}")], values);
        TrainedDetector detector = new DetectorTraining(TrainedMachines.Library, new MovingZScore(), plan).Train(log.Slice(0, 1500));
        await CompareAsync(name, detector.Pack, SampleScale.Samples(log, detector.Scales), alarms: true);
    }

    [TestMethod]
    [DataRow("mps2-an386")]
    [DataRow("stm32f4-discovery")]
    public async Task TheBearingModelDecidesLikeTheHost(string name)
    {
        byte[] pack = await File.ReadAllBytesAsync(Path.Combine(ProjectFolder.Find().Root, "models", "bearing.tsk"));
        IReadOnlyList<BearingRecording> recordings = BearingRecordings.Read(SharedData.Path("anomaly/cwru-bearing"));
        short[] samples = [.. recordings.SelectMany(recording =>
            SampleScale.Samples(recording.Log.Slice(recording.Log.Rows - 5000, recording.Log.Rows), [BearingBench.Scale]))];
        NodeResult result = await CompareAsync(name, pack, samples, alarms: true);
        Assert.IsLessThan(160_000, result.MeanInstructions);
        Assert.IsLessThan(8_000, result.RamBytes);
        Assert.IsLessThan(1_400, result.StackBytes);
    }

    private static async Task<NodeResult> CompareAsync(string name, byte[] pack, short[] samples, bool alarms)
    {
        Board board = new BoardCatalog(ProjectFolder.Find().Boards).Find(name);
        NodeResult result = await NodeEmulation.RunAsync(board, pack, samples, CancellationToken.None);
        using var host = new HostDetector(TrainedMachines.Library, pack);
        Detection[] detections = host.Run(samples);
        CollectionAssert.AreEqual(detections.SelectMany(detection => detection.Bytes).ToArray(), result.Frames, name);
        Assert.AreEqual(alarms, detections.Any(detection => detection.Event));
        Assert.IsTrue(detections.Any(detection => !detection.Alarm));
        Console.WriteLine($"{name}: {detections.Length} frames, {result.MeanInstructions:N0} instructions each, " +
            $"{result.RamBytes:N0} bytes of RAM, {result.StackBytes:N0} of stack");
        return result;
    }
}
