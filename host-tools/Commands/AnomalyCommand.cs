using System.CommandLine;

namespace McuAi.HostTools.Commands;

/// <summary>mcuai anomaly: detectors of what is not normal in logs of sensors.</summary>
internal static class AnomalyCommand
{
    public static Command Create() => new("anomaly", "Make, evaluate and compare anomaly detectors for logs of sensors.")
    {
        AnomalyTrainCommand.Create(),
        AnomalyEvalCommand.Create(),
        AnomalyBenchCommand.Create(),
    };
}
