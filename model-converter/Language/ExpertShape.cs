using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>How a router's logits become scores.</summary>
public enum RouterScoring
{
    /// <summary>Each by itself (DeepSeek-V3).</summary>
    Sigmoid = 0,

    /// <summary>Of all experts together (DeepSeek-V2).</summary>
    Softmax = 1,
}

/// <summary>The sizes of a mixture of experts (DeepSeekMoE, 2024): a router picks a few of many small networks for each token;
/// shared ones, always used, are one dense network beside them.</summary>
public sealed record ExpertShape
{
    /// <summary>Layers at the bottom of the stack whose feed-forward networks are dense.</summary>
    public int DenseLayers { get; init; }

    /// <summary>Routed experts.</summary>
    public required int Count { get; init; }

    /// <summary>Routed experts that a token uses.</summary>
    public required int Chosen { get; init; }

    /// <summary>Numbers of each routed expert's inner layer.</summary>
    public required int Hidden { get; init; }

    /// <summary>Numbers of the inner layer of all shared experts together; 0: there are none.</summary>
    public required int SharedHidden { get; init; }

    public RouterScoring Scoring { get; init; }

    /// <summary>Whether a bias that is learned without a gradient is added to scores when experts are chosen (DeepSeek-V3).</summary>
    public bool HasBiases { get; init; } = true;

    /// <summary>Groups of neighbouring experts, of which only the best <see cref="ChosenGroups"/> count.</summary>
    public int Groups { get; init; } = 1;

    public int ChosenGroups { get; init; } = 1;

    /// <summary>Whether the chosen experts' scores are divided by their sum.</summary>
    public bool Normalises { get; init; } = true;

    /// <summary>What the weights of the experts are multiplied with.</summary>
    public double Scale { get; init; } = 1;

    internal IEnumerable<(string Name, int Size)> Sizes =>
    [
        ("experts", Count), ("chosen experts", Chosen), ("width of experts", Hidden), ("shared width", SharedHidden + 1),
        ("groups of experts", Groups), ("chosen groups", ChosenGroups), ("dense layers", DenseLayers + 1),
    ];

    internal long Parameters(int width) => (3L * width * ((Count * (long)Hidden) + SharedHidden)) + ((long)Count * width)
        + (HasBiases ? Count : 0);

    internal void Check(string source)
    {
        if (Count % Groups != 0 || ChosenGroups > Groups || Chosen > Count / Groups * ChosenGroups)
            throw new ModelException($"{source}: {Chosen} of {Count} experts in {ChosenGroups} of {Groups} groups cannot be chosen; " +
                "the file is damaged.");
    }
}
