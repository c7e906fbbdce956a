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

    private static float[] Dense(DenseFeedForward weights, float[] x)
    {
        float[] gate = FloatVectors.Multiply(weights.Gate, x), up = FloatVectors.Multiply(weights.Up, x);
        for (int i = 0; i < gate.Length; i++)
            gate[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
        return FloatVectors.Multiply(weights.Down, gate);
    }

    private static float[] Sparse(ExpertShape shape, ExpertFeedForward weights, float[] x)
    {
        float[] sum = weights.Shared is null ? new float[x.Length] : Dense(weights.Shared, x);
        foreach ((int expert, float gate) in FloatRouter.Choose(shape, FloatVectors.Multiply(weights.Router, x), weights.RouterBias))
            TensorPrimitives.MultiplyAdd(Dense(weights.Experts[expert], x), gate, sum, sum);
        return sum;
    }
}
