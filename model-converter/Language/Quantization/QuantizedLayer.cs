namespace McuAi.ModelConverter.Language.Quantization;

/// <summary>A layer whose matrices are integers; all else is as in <see cref="LayerWeights"/>.</summary>
/// <param name="AttentionNorm">[width]</param>
/// <param name="FeedForwardNorm">[width]</param>
public sealed record QuantizedLayer(float[] AttentionNorm, QuantizedAttention Attention, float[] FeedForwardNorm,
    QuantizedFeedForward FeedForward)
{
    /// <summary>All matrices.</summary>
    public IEnumerable<(MatrixSlot Slot, QuantizedMatrix Matrix)> Matrices => Attention.Matrices.Concat(FeedForward.Matrices);

    internal static QuantizedLayer From(TransformerShape shape, LayerWeights layer, MatrixRounding round) =>
        new(layer.AttentionNorm, QuantizedAttention.From(shape, layer.Attention, round), layer.FeedForwardNorm,
            QuantizedFeedForward.From(shape, layer.FeedForward, round));

    internal LayerWeights Dequantize(TransformerShape shape) =>
        new(AttentionNorm, Attention.Dequantize(shape), FeedForwardNorm, FeedForward.Dequantize());
}

/// <summary>Rounds a matrix of a layer.</summary>
internal delegate QuantizedMatrix MatrixRounding(MatrixSlot slot, float[] weights, int columns);
