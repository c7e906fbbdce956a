using McuAi.ModelConverter.Anomaly;

namespace McuAi.HostTools.Anomaly;

/// <summary>How a detector is made from normal data.</summary>
public sealed record TrainingPlan
{
    public required FeatureSettings Features { get; init; }

    /// <summary>Share of normal frames with an alarm.</summary>
    public double FalseAlarms { get; init; } = 0.01;

    /// <summary>Parts that the normal rows are cut into: each is scored by a model of the others, and all scores together
    /// tell the threshold of the model of all rows. 1: the last 30 % are scored by the model of the others, and it stays.
    /// </summary>
    public int Folds { get; init; } = 4;

    /// <summary>What is normal follows the stream by 2^-Adaptation a frame; 0: it stays as trained.</summary>
    public int Adaptation { get; init; }

    /// <summary>Whether the stream alone tells what is normal, from its first frame on. Takes one fold.</summary>
    public bool LearnsFromTheStream { get; init; }

    public int WarmUp { get; init; }

    public int Persistence { get; init; } = 1;

    public int HoldOff { get; init; }

    public int Seed { get; init; } = 1;
}
