using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language.Pruning;

/// <summary>What models are made smaller by.</summary>
public enum PrunedKind
{
    Layers = 0,

    /// <summary>Heads of queries; with each head of keys and values all that it serves.</summary>
    Heads = 1,

    /// <summary>Numbers of the residual stream.</summary>
    Width = 2,

    /// <summary>Neurons of dense networks.</summary>
    Hidden = 3,

    /// <summary>Neurons of networks that all tokens use beside experts.</summary>
    Shared = 4,

    /// <summary>Routed experts.</summary>
    Experts = 5,
}

/// <summary>How much of each kind a model has.</summary>
public static class PrunedSizes
{
    public static int Of(TransformerShape shape, PrunedKind kind)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return kind switch
        {
            PrunedKind.Layers => shape.Layers,
            PrunedKind.Heads => shape.Heads,
            PrunedKind.Width => shape.Width,
            PrunedKind.Hidden => HasDense(shape) ? shape.Hidden : 0,
            PrunedKind.Shared => HasSparse(shape) ? shape.Experts!.SharedHidden : 0,
            _ => HasSparse(shape) ? shape.Experts!.Count : 0,
        };
    }

    /// <summary>The least that a model can have of a kind.</summary>
    public static int Least(TransformerShape shape, PrunedKind kind)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return kind switch
        {
            PrunedKind.Heads => Step(shape, kind),
            PrunedKind.Experts => shape.Experts?.Groups > 1 ? shape.Experts.Count : shape.Experts?.Chosen ?? 0,
            _ => 1,
        };
    }

    /// <summary>What sizes of a kind are multiples of.</summary>
    public static int Step(TransformerShape shape, PrunedKind kind)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return kind == PrunedKind.Heads ? shape.Heads / shape.KeyValueHeads : 1;
    }

    /// <exception cref="ModelException">No part of the model has that size.</exception>
    public static void Check(TransformerShape shape, PrunedKind kind, int size)
    {
        int most = Of(shape, kind), least = Least(shape, kind), step = Step(shape, kind);
        string name = Name(kind);
        if (most == 0)
            throw new ModelException($"{name} {size}: the teacher has nothing of that kind; leave the option out.");
        if (size < least || size > most)
            throw new ModelException($"{name} {size}: the teacher has {most}, of which {least} to {most} can be kept.");
        if (size % step != 0)
            throw new ModelException($"{name} {size}: {step} heads of the teacher share keys and values and stay together; give a " +
                $"multiple of {step}.");
    }

    /// <summary>The shape of a model of which sizes of some kinds are kept, whichever of its layers those are.</summary>
    /// <exception cref="ModelException">No part of the model has these sizes.</exception>
    public static TransformerShape Apply(TransformerShape shape, IReadOnlyDictionary<PrunedKind, int> sizes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(sizes);
        foreach ((PrunedKind kind, int size) in sizes)
            Check(shape, kind, size);
        return sizes.Aggregate(shape, (kept, size) => size.Key switch
        {
            PrunedKind.Layers => kept with { Layers = size.Value },
            PrunedKind.Heads => kept with { Heads = size.Value, KeyValueHeads = size.Value / Step(shape, size.Key) },
            PrunedKind.Width => kept with { Width = size.Value },
            PrunedKind.Hidden => kept with { Hidden = size.Value },
            PrunedKind.Shared => kept with { Experts = kept.Experts! with { SharedHidden = size.Value } },
            _ => kept with { Experts = kept.Experts! with { Count = size.Value } },
        });
    }

    /// <summary>As people know it: --hidden.</summary>
    public static string Name(PrunedKind kind) => $"--{$"{kind}".ToLowerInvariant()}";

    private static bool HasSparse(TransformerShape shape) => shape.IsSparse(shape.Layers - 1);

    private static bool HasDense(TransformerShape shape) => !shape.IsSparse(0);
}
