using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Reals;

/// <summary>A layer's feed-forward network: dense, or a mixture of experts.</summary>
internal static class FloatFeedForward
{
    /// <summary>The output for the normed stream x [width].</summary>
    public static float[] Run(TransformerShape shape, FeedForwardWeights weights, float[] x) => weights switch
    {
        DenseFeedForward dense => Dense(dense, x),
        ExpertFeedForward sparse => Sparse(shape.Experts!, sparse, x),
        _ => throw new NotSupportedException($"{weights.GetType().Name} is not known here."),
    };

    /// <summary>What a layer makes of the row [layer embedding] that it looks up, for the same x.</summary>
    public static float[] LookedUp(LayerEmbeddingWeights weights, float[] x, ReadOnlySpan<float> row) =>
        FloatVectors.Multiply(weights.Output, SwiGlu(FloatVectors.Multiply(weights.Gate, x), row));

    private static float[] Dense(DenseFeedForward weights, float[] x) => FloatVectors.Multiply(weights.Down,
        SwiGlu(FloatVectors.Multiply(weights.Gate, x), FloatVectors.Multiply(weights.Up, x)));

    /// <summary>SiLU(gate) * up, in the place of the gate.</summary>
    private static float[] SwiGlu(float[] gate, ReadOnlySpan<float> up)
    {
        for (int i = 0; i < gate.Length; i++)
            gate[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
        return gate;
    }

    private static float[] Sparse(ExpertShape shape, ExpertFeedForward weights, float[] x)
    {
        float[] sum = weights.Shared is null ? new float[x.Length] : Dense(weights.Shared, x);
        foreach ((int expert, float gate) in FloatRouter.Choose(shape, FloatVectors.Multiply(weights.Router, x), weights.RouterBias))
            TensorPrimitives.MultiplyAdd(Dense(weights.Experts[expert], x), gate, sum, sum);
        return sum;
    }
}
