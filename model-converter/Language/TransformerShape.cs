using McuAi.ModelConverter.Graph;

namespace McuAi.ModelConverter.Language;

/// <summary>The sizes of a decoder-only transformer: a stack of layers, each attention and a gated feed-forward network on a
/// residual stream (Touvron et al., 2023), with the two that DeepSeek puts in their place: latent attention (DeepSeek-V2) and a
/// mixture of experts (DeepSeekMoE).</summary>
public sealed record TransformerShape
{
    /// <summary>What a model may have at most in any dimension, so that products of two fit 64 bits with room.</summary>
    private const int Most = 1 << 24;

    /// <summary>Numbers of the residual stream.</summary>
    public required int Width { get; init; }

    public required int Layers { get; init; }

    /// <summary>Heads of queries.</summary>
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values, each of which serves as many heads of queries (Ainslie et al., 2023); all heads where
    /// attention is latent.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Numbers of a head; even, as pairs of neighbours are rotated. Of latent attention, those of a query: the plain ones
    /// and the rotated ones.</summary>
    public required int HeadWidth { get; init; }

    /// <summary>Numbers of a dense feed-forward network's inner layer.</summary>
    public required int Hidden { get; init; }

    public required int Vocabulary { get; init; }

    /// <summary>Tokens that the model can look back on, its own included.</summary>
    public required int Context { get; init; }

    /// <summary>Whether the embedding also gives the logits.</summary>
    public required bool IsTied { get; init; }

    /// <summary>Added to the mean square of a root-mean-square norm.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Pair i of the rotated numbers of a head turns by position * RotaryBase^(-2 i / numbers) (Su et al., 2021), unless
    /// <see cref="Frequencies"/> says otherwise.</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>Radians that each pair turns from a position to the next; null: by <see cref="RotaryBase"/>.</summary>
    public IReadOnlyList<double>? Frequencies { get; init; }

    /// <summary>What scores of attention are multiplied with; null: one over the root of <see cref="HeadWidth"/>.</summary>
    public double? ScoreFactor { get; init; }

    /// <summary>Whether queries, keys and values have biases (Qwen2).</summary>
    public bool HasBiases { get; init; }

    /// <summary>Whether each head of queries and of keys is normed before it is rotated (Qwen3).</summary>
    public bool NormsHeads { get; init; }

    /// <summary>Null: attention with keys and values for each head.</summary>
    public LatentShape? Latent { get; init; }

    /// <summary>Null: all feed-forward networks are dense.</summary>
    public ExpertShape? Experts { get; init; }

    /// <summary>Numbers that each layer looks up for the token itself (Gemma 3n's per-layer embeddings); 0: layers look nothing
    /// up.</summary>
    public int LayerEmbedding { get; init; }

    /// <summary>Numbers of the inner layer of the network that guesses the token after the next one, for speculative decoding; 0:
    /// there is none.</summary>
    public int AheadHidden { get; init; }

    /// <summary>Numbers that all layers look up for a token.</summary>
    public int LayerEmbeddings => Layers * LayerEmbedding;

    /// <summary>Numbers of all query heads.</summary>
    public int QueryWidth => Heads * HeadWidth;

    /// <summary>Numbers of all heads of keys, and of values.</summary>
    public int KeyValueWidth => KeyValueHeads * HeadWidth;

    /// <summary>Numbers that attention gives its output matrix.</summary>
    public int MixedWidth => Latent is null ? QueryWidth : Heads * Latent.ValueWidth;

    /// <summary>Numbers of a head that are rotated.</summary>
    public int RotatedWidth => Latent?.RotatedWidth ?? HeadWidth;

    /// <summary>Numbers that a layer remembers of each token.</summary>
    public int CachedWidth => Latent is { } latent ? latent.Width + latent.RotatedWidth : 2 * KeyValueWidth;

    /// <summary>All weights, norms included; a tied embedding counts once.</summary>
    public long Parameters => (((IsTied ? 1L : 2L) * Vocabulary) + 1) * Width
        + Enumerable.Range(0, Layers).Sum(layer => (2L * Width) + AttentionParameters + FeedForwardParameters(layer))
        + (LayerEmbeddings * (Vocabulary + (2L * Width))) + (AheadHidden == 0 ? 0 : Width + (3L * Width * AheadHidden));

    /// <summary>Weights that one token uses: of experts only the chosen ones, of layers' embeddings a row, of a tied embedding
    /// the whole.</summary>
    public long ActiveParameters => Parameters - Enumerable.Range(0, Layers).Sum(layer => Experts is { } experts && IsSparse(layer)
        ? 3L * Width * experts.Hidden * (experts.Count - experts.Chosen)
        : 0) - ((Vocabulary - 1L) * ((IsTied ? 0 : Width) + LayerEmbeddings));

    private long AttentionParameters => Latent is { } latent
        ? latent.Parameters(Width, Heads)
        : (2L * Width * QueryWidth) + (2L * Width * KeyValueWidth) + (HasBiases ? QueryWidth + (2L * KeyValueWidth) : 0)
            + (NormsHeads ? 2L * HeadWidth : 0);

    /// <summary>Whether a layer's feed-forward network is a mixture of experts.</summary>
    public bool IsSparse(int layer) => Experts is { } experts && layer >= experts.DenseLayers;

    /// <summary>Radians that pair i of a head turns from a position to the next.</summary>
    public double Frequency(int pair) => Frequencies?[pair] ?? Math.Pow(RotaryBase, -2.0 * pair / RotatedWidth);

    /// <exception cref="ModelException">No transformer has such sizes.</exception>
    /// <param name="source">Where the sizes are from, for the message.</param>
    public void Check(string source)
    {
        foreach ((string name, int size) in ((string, int)[])[("width", Width), ("layers", Layers), ("heads", Heads),
            ("key-value heads", KeyValueHeads), ("head width", HeadWidth), ("hidden width", Hidden),
            ("vocabulary", Vocabulary), ("context", Context),
            ("layers' embedding width", LayerEmbedding + 1), ("width ahead", AheadHidden + 1), .. Latent?.Sizes ?? [], .. Experts?.Sizes ?? []])
            if (size is < 1 or > Most)
                throw new ModelException($"{source}: {name} {size:N0} is not between 1 and {Most:N0}; the file is damaged or no " +
                    "language model.");
        if ((long)Heads * (HeadWidth + (Latent?.ValueWidth ?? 0)) > Most)
            throw new ModelException($"{source}: {Heads:N0} heads of {HeadWidth:N0} numbers are more than {Most:N0} numbers; " +
                "the file is damaged or no language model.");
        if ((long)Layers * LayerEmbedding > Most)
            throw new ModelException($"{source}: {Layers:N0} layers that look up {LayerEmbedding:N0} numbers each are more than " +
                $"{Most:N0} numbers; the file is damaged or no language model.");
        if (Heads % KeyValueHeads != 0)
            throw new ModelException($"{source}: {Heads} heads cannot share {KeyValueHeads} heads of keys and values evenly; the " +
                "file is damaged.");
        if (RotatedWidth % 2 != 0)
            throw new ModelException($"{source}: heads of {RotatedWidth} numbers cannot be rotated in pairs; such models are not " +
                "supported.");
        if (Latent is { } latent && latent.PlainWidth + latent.RotatedWidth != HeadWidth)
            throw new ModelException($"{source}: queries of {HeadWidth} numbers are not {latent.PlainWidth} plain and " +
                $"{latent.RotatedWidth} rotated ones; the file is damaged.");
        if (Frequencies is not null && Frequencies.Count != RotatedWidth / 2)
            throw new ModelException($"{source}: {Frequencies.Count} frequencies do not turn {RotatedWidth / 2} pairs.");
        Experts?.Check(source);
    }

    private long FeedForwardParameters(int layer) => Experts is { } experts && IsSparse(layer)
        ? experts.Parameters(Width)
        : 3L * Width * Hidden;
}
