using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The sizes of a decoder-only transformer: a stack of layers, each attention and a gated feed-forward network on a
/// residual stream (Touvron et al., 2023).</summary>
public sealed record TransformerShape
{
    /// <summary>What a model may have at most in any dimension, so that products of two fit 64 bits with room.</summary>
    private const int Most = 1 << 24;

    /// <summary>Numbers of the residual stream.</summary>
    public required int Width { get; init; }

    public required int Layers { get; init; }

    /// <summary>Heads of queries.</summary>
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values, each of which serves as many heads of queries (Ainslie et al., 2023).</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Numbers of a head; even, as pairs of neighbours are rotated.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>Numbers of the feed-forward network's inner layer.</summary>
    public required int Hidden { get; init; }

    public required int Vocabulary { get; init; }

    /// <summary>Tokens that the model can look back on, its own included.</summary>
    public required int Context { get; init; }

    /// <summary>Whether the embedding also gives the logits.</summary>
    public required bool IsTied { get; init; }

    /// <summary>Added to the mean square of a root-mean-square norm.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Pair i of a head turns by position * RotaryBase^(-2 i / HeadWidth) (Su et al., 2021).</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>Numbers of all query heads.</summary>
    public int QueryWidth => Heads * HeadWidth;

    /// <summary>Numbers of all heads of keys, and of values.</summary>
    public int KeyValueWidth => KeyValueHeads * HeadWidth;

    /// <summary>All weights, norms included; a tied embedding counts once.</summary>
    public long Parameters
    {
        get
        {
            long attention = (2L * Width * QueryWidth) + (2L * Width * KeyValueWidth);
            long layer = attention + (3L * Width * Hidden) + (2L * Width);
            return (Layers * layer) + ((IsTied ? 1L : 2L) * Vocabulary * Width) + Width;
        }
    }

    /// <exception cref="ModelException">No transformer has such sizes.</exception>
    /// <param name="source">Where the sizes are from, for the message.</param>
    public void Check(string source)
    {
        foreach ((string name, int size) in ((string, int)[])[("width", Width), ("layers", Layers), ("heads", Heads),
            ("key-value heads", KeyValueHeads), ("head width", HeadWidth), ("hidden width", Hidden),
            ("vocabulary", Vocabulary), ("context", Context)])
            if (size is < 1 or > Most)
                throw new ModelException($"{source}: {name} {size:N0} is not between 1 and {Most:N0}; the file is damaged or no " +
                    "language model.");
        if (Heads % KeyValueHeads != 0)
            throw new ModelException($"{source}: {Heads} heads cannot share {KeyValueHeads} heads of keys and values evenly; the " +
                "file is damaged.");
        if (HeadWidth % 2 != 0)
            throw new ModelException($"{source}: heads of {HeadWidth} numbers cannot be rotated in pairs; such models are not " +
                "supported.");
    }
}
