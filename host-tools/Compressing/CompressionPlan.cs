namespace McuAi.HostTools.Compressing;

/// <summary>What a search tries, and how long it trains.</summary>
public sealed record CompressionPlan
{
    /// <summary>What compress does; docs/compression.md has how long that takes.</summary>
    public static CompressionPlan Default { get; } = new();

    /// <summary>Shows that everything works; the figures mean little.</summary>
    public static CompressionPlan Quick { get; } = new()
    {
        Common = new NetworkShape(20, 2),
        Others = [new NetworkShape(24, 2), new NetworkShape(12, 2)],
        Source = new NetworkShape(16, 2),
        Pruned = [new NetworkShape(12, 2, 8, 8), new NetworkShape(8, 2, 4, 8)],
        Variants = 1,
        BaselineSteps = 80,
        TuningSteps = 20,
        Rounds = [15, 20],
        Pool = 24,
        SensitivityClips = 60,
    };

    /// <summary>The uniform network to begin with: of the shape that train makes by default.</summary>
    public NetworkShape Common { get; init; } = new(80, 4);

    /// <summary>Larger and smaller networks that are trained in the same plain way. The larger ones need fit no budget: they show how
    /// many bytes INT8 takes to be as accurate as what was chosen.</summary>
    public IReadOnlyList<NetworkShape> Others { get; init; } =
        [new(128, 4), new(96, 4), new(64, 4), new(64, 3), new(48, 3), new(32, 3)];

    /// <summary>The network that candidates are made of.</summary>
    public NetworkShape Source { get; init; } = new(64, 3);

    /// <summary>What it is pruned to.</summary>
    public IReadOnlyList<NetworkShape> Pruned { get; init; } = [new(48, 3), new(32, 3, 8, 12)];

    /// <summary>How many of the uniform networks teach, in real numbers: the most accurate ones.</summary>
    public int Teachers { get; init; } = 3;

    /// <summary>Variants of each clip of the validation beside itself.</summary>
    public int Variants { get; init; } = 7;

    /// <summary>Steps in real numbers, of a uniform network as of all that candidates are made of.</summary>
    public int BaselineSteps { get; init; } = 2000;

    public double BaselineRate { get; init; } = 4e-3;

    /// <summary>Those of them that come after pruning.</summary>
    public int TuningSteps { get; init; } = 400;

    public double TuningRate { get; init; } = 2e-3;

    /// <summary>Steps with quantization: of all candidates, then of the better half, and so on.</summary>
    public IReadOnlyList<int> Rounds { get; init; } = [150, 300, 2000];

    public double RoundRate { get; init; } = 1.5e-3;

    /// <summary>While training in real numbers.</summary>
    public double Dropout { get; init; } = 0.2;

    /// <summary>Of the teachers in the loss.</summary>
    public double TeacherShare { get; init; } = 0.9;

    /// <summary>Batches that all trainings share.</summary>
    public int Pool { get; init; } = 480;

    /// <summary>Inputs of the validation on which sensitivity is measured.</summary>
    public int SensitivityClips { get; init; } = 400;

    /// <summary>Share of the squares of the weights that factors of low rank keep.</summary>
    public double RankShare { get; init; } = 0.9;

    public int Seed { get; init; } = 1;
}
