namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>Matrices that have one format, and which they could have: one matrix, or those of a layer's experts.</summary>
internal sealed class BudgetedMatrices
{
    private static readonly int[] Groups = [0, 64, 32, 16];

    private readonly IReadOnlyList<(int Rows, int Columns)> _sizes;

    private BudgetedMatrices((int Layer, MatrixSlot Slot) key, IReadOnlyList<(int Rows, int Columns)> sizes, int bits)
    {
        (Key, _sizes) = (key, sizes);
        IEnumerable<MatrixFormat> formats = Groups.Where(group => group < sizes.Max(size => size.Columns))
            .Select(group => new MatrixFormat(bits, group));
        if (bits == 2)
            formats = formats.Append(MatrixFormat.Int4);
        if (bits < 8)
            formats = formats.Append(MatrixFormat.Int8);
        Formats = [.. formats];
        Weights = sizes.Sum(size => (double)size.Rows * size.Columns);
    }

    public (int Layer, MatrixSlot Slot) Key { get; }

    /// <summary>From the smallest on.</summary>
    public IReadOnlyList<MatrixFormat> Formats { get; }

    /// <summary>Of each format.</summary>
    public List<double> Losses { get; } = [];

    public double Weights { get; }

    /// <summary>Which format.</summary>
    public int Chosen { get; set; }

    public long Bytes => BytesOf(Chosen);

    /// <summary>The greater format that gains most for its bytes, if there is one.</summary>
    public (int Format, double Worth)? Next(long bytesLeft)
    {
        (int Format, double Worth)? best = null;
        for (int i = Chosen + 1; i < Formats.Count; i++)
        {
            long more = BytesOf(i) - Bytes;
            double worth = (Losses[Chosen] - Losses[i]) / Math.Max(more, 1);
            if (more <= bytesLeft && worth > (best?.Worth ?? 0))
                best = (i, worth);
        }

        return best;
    }

    /// <summary>All matrices of a model but routers.</summary>
    public static List<BudgetedMatrices> Of(TransformerShape shape, int bits)
    {
        List<BudgetedMatrices> all = [new(QuantizationPlan.EmbeddingKey, [(shape.Vocabulary, shape.Width)], bits)];
        if (!shape.IsTied)
            all.Add(new(QuantizationPlan.HeadKey, [(shape.Vocabulary, shape.Width)], bits));
        if (shape.LayerEmbedding > 0)
            all.Add(new(QuantizationPlan.LayerEmbeddingsKey, [(shape.Vocabulary, shape.LayerEmbeddings)], bits));
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            int own = layer;
            all.AddRange(Sizes(shape, layer).GroupBy(each => QuantizationPlan.Representative(each.Slot))
                .Select(same => new BudgetedMatrices((own, same.Key), [.. same.Select(each => (each.Rows, each.Columns))],
                    bits)));
        }

        return all;
    }

    private static IEnumerable<(MatrixSlot Slot, int Rows, int Columns)> Sizes(TransformerShape shape, int layer)
    {
        IEnumerable<(MatrixSlot, int, int)> attention = shape.Latent is { } latent
            ?
            [
                (new(MatrixRole.Query), shape.QueryWidth, latent.QueryRank == 0 ? shape.Width : latent.QueryRank),
                (new(MatrixRole.LatentDown), shape.CachedWidth, shape.Width),
                (new(MatrixRole.KeyUp), shape.Heads * latent.Width, latent.PlainWidth),
                (new(MatrixRole.ValueUp), shape.Heads * latent.ValueWidth, latent.Width),
                .. latent.QueryRank == 0
                    ? []
                    : new[] { (new MatrixSlot(MatrixRole.QueryDown), latent.QueryRank, shape.Width) },
            ]
            :
            [
                (new(MatrixRole.Query), shape.QueryWidth, shape.Width),
                (new(MatrixRole.Key), shape.KeyValueWidth, shape.Width),
                (new(MatrixRole.Value), shape.KeyValueWidth, shape.Width),
            ];
        attention = attention.Append((new(MatrixRole.Output), shape.Width, shape.MixedWidth));
        if (shape.LayerEmbedding > 0)
            attention = attention.Append((new(MatrixRole.EmbeddingGate), shape.LayerEmbedding, shape.Width))
                .Append((new(MatrixRole.EmbeddingOutput), shape.Width, shape.LayerEmbedding));
        if (!shape.IsSparse(layer))
            return attention.Concat(Dense(shape.Width, shape.Hidden, -1));
        ExpertShape experts = shape.Experts!;
        return attention.Concat(experts.SharedHidden == 0 ? [] : Dense(shape.Width, experts.SharedHidden, -1))
            .Concat(Enumerable.Range(0, experts.Count).SelectMany(expert => Dense(shape.Width, experts.Hidden, expert)));
    }

    private static IEnumerable<(MatrixSlot, int, int)> Dense(int width, int hidden, int expert) =>
    [
        (new(MatrixRole.Gate, expert), hidden, width), (new(MatrixRole.Up, expert), hidden, width),
        (new(MatrixRole.Down, expert), width, hidden),
    ];

    /// <summary>What they take in a format.</summary>
    public long BytesIn(MatrixFormat format) => _sizes.Sum(size => format.Bytes(size.Rows, size.Columns));

    private long BytesOf(int format) => BytesIn(Formats[format]);
}
