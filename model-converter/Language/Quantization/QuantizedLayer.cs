namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>A layer whose matrices are integers; all else is as in <see cref="LayerWeights"/>.</summary>
/// <param name="AttentionNorm">[width]</param>
/// <param name="FeedForwardNorm">[width]</param>
public sealed record QuantizedLayer(float[] AttentionNorm, QuantizedAttention Attention, float[] FeedForwardNorm,
    QuantizedFeedForward FeedForward)
{
    /// <summary>null: the layer looks nothing up.</summary>
    public QuantizedLayerEmbedding? Embedding { get; init; }

    /// <summary>All matrices.</summary>
    public IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices =>
        [.. Attention.Matrices, .. FeedForward.Matrices, .. Embedding?.Matrices ?? []];

    internal static QuantizedLayer From(TransformerShape shape, LayerWeights layer, MatrixRounding round) =>
        new(layer.AttentionNorm, QuantizedAttention.From(shape, layer.Attention, round), layer.FeedForwardNorm,
            QuantizedFeedForward.From(shape, layer.FeedForward, round))
        {
            Embedding = layer.Embedding is null ? null : QuantizedLayerEmbedding.From(shape, layer.Embedding, round),
        };

    internal LayerWeights Dequantize(TransformerShape shape) =>
        new(AttentionNorm, Attention.Dequantize(shape), FeedForwardNorm, FeedForward.Dequantize())
        {
            Embedding = Embedding?.Dequantize(),
        };
}

/// <summary>See <see cref="LayerEmbeddingWeights"/>.</summary>
public sealed record QuantizedLayerEmbedding(QuantizedMatrix Gate, QuantizedMatrix Output)
{
    public IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices =>
        [(new(MatrixRole.EmbeddingGate), Gate), (new(MatrixRole.EmbeddingOutput), Output)];

    internal static QuantizedLayerEmbedding From(TransformerShape shape, LayerEmbeddingWeights weights, MatrixRounding round) =>
        new(round(new(MatrixRole.EmbeddingGate), weights.Gate, shape.Width),
            round(new(MatrixRole.EmbeddingOutput), weights.Output, shape.LayerEmbedding));

    internal LayerEmbeddingWeights Dequantize() => new(Gate.Dequantize(), Output.Dequantize());
}

/// <summary>Rounds a matrix of a layer.</summary>
internal delegate QuantizedMatrix MatrixRounding(MatrixSlot slot, float[] weights, int columns);
