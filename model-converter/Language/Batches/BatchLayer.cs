using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>A layer over a batch of tokens, in its two halves, each of which adds to the residual stream
/// [tokens, width].</summary>
internal sealed class BatchLayer(TransformerShape shape, int sequences, int positions)
{
    private readonly BatchAttention _attention = BatchAttention.Of(shape, sequences, positions);

    public void Attend(TokenBatch batch, LayerWeights weights, float[] stream, BatchRotation rotation, MatrixProducts products)
    {
        float[] x = BatchVectors.Norm(stream, weights.AttentionNorm, shape.Epsilon);
        TensorPrimitives.Add<float>(stream, _attention.Next(batch, weights.Attention, x, rotation, products), stream);
    }

    /// <param name="rows">[tokens, layer embedding] that the layer looks up; empty where it does not.</param>
    public void FeedForward(LayerWeights weights, float[] stream, float[] rows, MatrixProducts products)
    {
        float[] x = BatchVectors.Norm(stream, weights.FeedForwardNorm, shape.Epsilon);
        TensorPrimitives.Add<float>(stream, BatchFeedForward.Run(shape, weights.FeedForward, x, products), stream);
        if (weights.Embedding is { } embedding)
            TensorPrimitives.Add<float>(stream, BatchFeedForward.LookedUp(embedding, x, rows, shape.Width, products), stream);
    }
}
