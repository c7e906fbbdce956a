namespace McuAi.HostTools.Compressing;

/// <summary>What a search tries, and how long it trains.</summary>
public sealed record CompressionPlan
{
    /// <summary>As a user without time to spare wants it: minutes.</summary>
    public static CompressionPlan Default { get; } = new();

    /// <summary>Shows that everything works; the figures mean little.</summary>
    public static CompressionPlan Quick { get; } = new()
    {
        Largest = new NetworkShape(24, 2),
        Plain = [new NetworkShape(12, 2)],
        Pruned = [new NetworkShape(16, 2, 8, 8), new NetworkShape(8, 2, 4, 8)],
        BaselineSteps = 60,
        TuningSteps = 20,
        Rounds = [15, 20],
        Pool = 24,
        SensitivityClips = 60,
    };

    /// <summary>The network that the others are compared with, pruned from and taught by.</summary>
    public NetworkShape Largest { get; init; } = new(80, 4);

    /// <summary>Smaller networks that are trained in the same plain way.</summary>
    public IReadOnlyList<NetworkShape> Plain { get; init; } = [new(48, 4), new(32, 3)];

    /// <summary>What the largest is pruned to.</summary>
    public IReadOnlyList<NetworkShape> Pruned { get; init; } =
        [new(48, 4, 8, 12), new(36, 4, 8, 12), new(28, 4, 8, 8), new(20, 4, 8, 8)];

    /// <summary>Steps of a network that is trained from the beginning.</summary>
    public int BaselineSteps { get; init; } = 1600;

    public double BaselineRate { get; init; } = 4e-3;

    /// <summary>Steps in real numbers after pruning.</summary>
    public int TuningSteps { get; init; } = 300;

    public double TuningRate { get; init; } = 2e-3;

    /// <summary>Steps with quantization: of all candidates, then of the better half, and so on.</summary>
    public IReadOnlyList<int> Rounds { get; init; } = [150, 350, 800];

    public double RoundRate { get; init; } = 1.5e-3;

    public double Dropout { get; init; } = 0.2;

    /// <summary>Batches that all trainings share.</summary>
    public int Pool { get; init; } = 320;

    /// <summary>Validation clips on which sensitivity is measured.</summary>
    public int SensitivityClips { get; init; } = 400;

    /// <summary>Share of the squares of the weights that factors of low rank keep.</summary>
    public double RankShare { get; init; } = 0.9;

    public int Seed { get; init; } = 1;
}
