namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>A layer's attention in integers.</summary>
/// <param name="Output">[width, mixed width]</param>
public abstract record QuantizedAttention(QuantizedMatrix Output)
{
    public abstract IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices { get; }

    internal abstract AttentionWeights Dequantize(TransformerShape shape);

    internal static QuantizedAttention From(TransformerShape shape, AttentionWeights weights, MatrixRounding round) =>
        weights switch
    {
        GroupedAttention grouped => QuantizedGroupedAttention.From(shape, grouped, round),
        LatentAttention latent => QuantizedLatentAttention.From(shape, latent, round),
        _ => throw new NotSupportedException($"{weights.GetType().Name} is not known here."),
    };
}

/// <summary>See <see cref="GroupedAttention"/>.</summary>
public sealed record QuantizedGroupedAttention(QuantizedMatrix Query, QuantizedMatrix Key, QuantizedMatrix Value,
    QuantizedMatrix Output) : QuantizedAttention(Output)
{
    public float[]? QueryBias { get; init; }

    public float[]? KeyBias { get; init; }

    public float[]? ValueBias { get; init; }

    public float[]? QueryNorm { get; init; }

    public float[]? KeyNorm { get; init; }

    public override IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices =>
    [
        (new MatrixSlot(MatrixRole.Query), Query), (new MatrixSlot(MatrixRole.Key), Key),
        (new MatrixSlot(MatrixRole.Value), Value), (new MatrixSlot(MatrixRole.Output), Output),
    ];

    internal static QuantizedGroupedAttention From(TransformerShape shape, GroupedAttention weights, MatrixRounding round) =>
        new(round(new(MatrixRole.Query), weights.Query, shape.Width), round(new(MatrixRole.Key), weights.Key, shape.Width),
            round(new(MatrixRole.Value), weights.Value, shape.Width),
            round(new(MatrixRole.Output), weights.Output, shape.MixedWidth))
        {
            QueryBias = weights.QueryBias, KeyBias = weights.KeyBias, ValueBias = weights.ValueBias,
            QueryNorm = weights.QueryNorm, KeyNorm = weights.KeyNorm,
        };

    internal override AttentionWeights Dequantize(TransformerShape shape) =>
        new GroupedAttention(Query.Dequantize(), Key.Dequantize(), Value.Dequantize(), Output.Dequantize())
        {
            QueryBias = QueryBias, KeyBias = KeyBias, ValueBias = ValueBias, QueryNorm = QueryNorm, KeyNorm = KeyNorm,
        };
}

/// <summary>See <see cref="LatentAttention"/>.</summary>
/// <param name="KeyUp">[heads * latent, plain]: of each head the transpose of what makes keys, as it carries a query to the
/// latents.</param>
/// <param name="ValueUp">[heads * value width, latent]</param>
public sealed record QuantizedLatentAttention(QuantizedMatrix Query, QuantizedMatrix Down, QuantizedMatrix KeyUp,
    QuantizedMatrix ValueUp, QuantizedMatrix Output) : QuantizedAttention(Output)
{
    public QuantizedMatrix? QueryDown { get; init; }

    public float[]? QueryNorm { get; init; }

    public float[]? LatentNorm { get; init; }

    public override IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices =>
    [
        .. QueryDown is null ? [] : new[] { (new MatrixSlot(MatrixRole.QueryDown), QueryDown) },
        (new MatrixSlot(MatrixRole.Query), Query), (new MatrixSlot(MatrixRole.LatentDown), Down),
        (new MatrixSlot(MatrixRole.KeyUp), KeyUp), (new MatrixSlot(MatrixRole.ValueUp), ValueUp),
        (new MatrixSlot(MatrixRole.Output), Output),
    ];

    internal static QuantizedLatentAttention From(TransformerShape shape, LatentAttention weights, MatrixRounding round)
    {
        LatentShape latent = shape.Latent!;
        float[] absorbing = HeadTranspose.Of(weights.KeyUp, shape.Heads, latent.PlainWidth, latent.Width);
        return new(round(new(MatrixRole.Query), weights.Query, latent.QueryRank == 0 ? shape.Width : latent.QueryRank),
            round(new(MatrixRole.LatentDown), weights.Down, shape.Width),
            round(new(MatrixRole.KeyUp), absorbing, latent.PlainWidth),
            round(new(MatrixRole.ValueUp), weights.ValueUp, latent.Width),
            round(new(MatrixRole.Output), weights.Output, shape.MixedWidth))
        {
            QueryDown = weights.QueryDown is { } down ? round(new(MatrixRole.QueryDown), down, shape.Width) : null,
            QueryNorm = weights.QueryNorm, LatentNorm = weights.LatentNorm,
        };
    }

    internal override AttentionWeights Dequantize(TransformerShape shape) => new LatentAttention(
        Query.Dequantize(), Down.Dequantize(),
        HeadTranspose.Of(KeyUp.Dequantize(), shape.Heads, shape.Latent!.Width, shape.Latent.PlainWidth), ValueUp.Dequantize(),
        Output.Dequantize())
    {
        QueryDown = QueryDown?.Dequantize(), QueryNorm = QueryNorm, LatentNorm = LatentNorm,
    };
}
