using McuAi.ModelConverter.Graph;
using McuAi.ModelConverter.Language.Quantization;

namespace McuAi.ModelConverter.Language.Training;

/// <summary>The integers that a model was trained with, as they are: nothing is rounded again.</summary>
public static class TrainedIntegers
{
    /// <exception cref="ModelException">A matrix is not quantized.</exception>
    public static QuantizedTransformer Of(TrainedTransformer<float> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        QuantizedMatrix embedding = Matrix(model.Embeddings);
        return new QuantizedTransformer(model.Shape, embedding, [.. model.Layers.Select(layer => new QuantizedLayer(
            layer.AttentionNorm.ToFloats(), Attention(layer.Attention), layer.FeedForwardNorm.ToFloats(),
            FeedForward(model.Shape, layer.FeedForward))
        {
            Embedding = layer.Embedding is { } own ? new(Matrix(own.Gate), Matrix(own.Output)) : null,
        })], model.LastNorm.ToFloats(), model.Shape.IsTied ? embedding : Matrix(model.Logits))
        {
            LayerEmbeddings = model.Tables is null ? null : Matrix(model.Tables),
            Ahead = model.Guessing is { } ahead ? new(ahead.Norm.ToFloats(), Dense(ahead.Block)) : null,
        };
    }

    private static QuantizedAttention Attention(TrainedAttention<float> attention)
    {
        if (attention is TrainedGroupedAttention<float> grouped)
            return new QuantizedGroupedAttention(Matrix(grouped.Query), Matrix(grouped.Key), Matrix(grouped.Value),
                Matrix(grouped.Output))
            {
                QueryBias = grouped.QueryBias?.ToFloats(), KeyBias = grouped.KeyBias?.ToFloats(),
                ValueBias = grouped.ValueBias?.ToFloats(), QueryNorm = grouped.QueryNorm?.ToFloats(),
                KeyNorm = grouped.KeyNorm?.ToFloats(),
            };
        var latent = (TrainedLatentAttention<float>)attention;
        return new QuantizedLatentAttention(Matrix(latent.Query), Matrix(latent.Down), Matrix(latent.KeyUp), Matrix(latent.ValueUp),
            Matrix(latent.Output))
        {
            QueryDown = latent.QueryDown is null ? null : Matrix(latent.QueryDown), QueryNorm = latent.QueryNorm?.ToFloats(),
            LatentNorm = latent.LatentNorm?.ToFloats(),
        };
    }

    private static QuantizedFeedForward FeedForward(TransformerShape shape, TrainedFeedForward<float> weights)
    {
        if (weights is TrainedGate<float> dense)
            return Dense(dense);
        var sparse = (TrainedExperts<float>)weights;
        QuantizedMatrix gate = Matrix(sparse.Routed.Gate), up = Matrix(sparse.Routed.Up), down = Matrix(sparse.Routed.Down);
        return new QuantizedExperts(sparse.Shared is null ? null : Dense(sparse.Shared), Matrix(sparse.Router), sparse.Biases,
            [.. Enumerable.Range(0, shape.Experts!.Count).Select(expert => new QuantizedDense(
                Part(gate, expert, shape.Experts.Hidden), Part(up, expert, shape.Experts.Hidden), Part(down, expert, shape.Width),
                expert))]);
    }

    private static QuantizedDense Dense(TrainedGate<float> weights) =>
        new(Matrix(weights.Gate), Matrix(weights.Up), Matrix(weights.Down));

    private static QuantizedMatrix Part(QuantizedMatrix joined, int expert, int rows) =>
        joined.Select([.. Enumerable.Range(expert * rows, rows)]);

    /// <summary>A matrix, or the joined rows of several.</summary>
    private static QuantizedMatrix Matrix(TrainedWeights<float> weights)
    {
        GroupCodes codes = weights.Quantization?.ToCodes() ?? throw new ModelException($"{weights.Name} is not quantized; quantize all " +
            "matrices before training.");
        return new QuantizedMatrix(codes.Rows, codes.Columns, codes.Precision,
            codes.Codes, codes.Multipliers, [.. codes.Mantissas.Select((mantissa, row) => new RowFactor(mantissa, codes.Exponents[row]))]);
    }
}
