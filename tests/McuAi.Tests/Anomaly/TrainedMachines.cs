using McuAi.HostTools.Anomaly;
using McuAi.HostTools.Boards;
using McuAi.HostTools.Native;
using McuAi.ModelConverter.Anomaly;

namespace McuAi.Tests.Anomaly;

/// <summary>Detectors of an imagined machine, for tests of what is done with them.</summary>
internal static class TrainedMachines
{
    public static HostLibrary Library { get; } = HostLibraryBuilder.Load(ProjectFolder.Find().Root);

    public static TrainingPlan Plan { get; } = new()
    {
        Features = new FeatureSettings
        {
            Channels = 1, Window = 256, Hop = 128, SampleRate = 12_000,
            Kinds = FeatureKinds.Deviation | FeatureKinds.Crest | FeatureKinds.Kurtosis,
        }.WithBands(6, 100, 5000),
        FalseAlarms = 0.02,
    };

    public static IAnomalyMethod[] Methods { get; } =
        [new MovingZScore(), new PrincipalComponents(), new AutoEncoder(frames: 2, steps: 200), new Forecaster(steps: 200)];

    /// <summary>Steps of one, as the samples are.</summary>
    public static SampleScale[] Scales { get; } = [new SampleScale(0, 1)];

    public static SensorLog Log(int rows, int seed, bool faulty = false) => new($"machine {seed}", ["acceleration"],
        [[.. VibrationSignals.Machine(rows, seed, faulty).Select(sample => (float)sample)]]);

    public static TrainedDetector Train(IAnomalyMethod method, TrainingPlan? plan = null) =>
        new DetectorTraining(Library, method, plan ?? Plan).Train(Log(40_000, 1), Scales);
}
