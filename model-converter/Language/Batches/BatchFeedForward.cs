using System.Numerics.Tensors;
using McuAi.ModelConverter.Language.Quantization;
using McuAi.ModelConverter.Language.Reals;

namespace McuAi.ModelConverter.Language.Batches;

/// <summary>A layer's feed-forward network over many tokens.</summary>
internal static class BatchFeedForward
{
    /// <summary>[tokens, width] for the normed stream x [tokens, width].</summary>
    public static float[] Run(TransformerShape shape, FeedForwardWeights weights, float[] x, MatrixProducts products) =>
        weights switch
        {
            DenseFeedForward dense => Dense(shape.Width, dense, -1, x, products),
            ExpertFeedForward sparse => Sparse(shape, sparse, x, products),
            _ => throw new NotSupportedException($"{weights.GetType().Name} is not known here."),
        };

    private static float[] Dense(int width, DenseFeedForward weights, int expert, float[] x, MatrixProducts products)
    {
        float[] inner = Inner(width, weights, expert, x, products);
        return products.Multiply(new(MatrixRole.Down, expert), weights.Down, inner, weights.Down.Length / width);
    }

    /// <summary>What a layer makes of the rows [tokens, layer embedding] that it looks up, for the same x.</summary>
    public static float[] LookedUp(LayerEmbeddingWeights weights, float[] x, float[] rows, int width, MatrixProducts products)
    {
        float[] gate = products.Multiply(new(MatrixRole.EmbeddingGate), weights.Gate, x, width);
        return products.Multiply(new(MatrixRole.EmbeddingOutput), weights.Output, SwiGlu(gate, rows),
            weights.Output.Length / width);
    }

    private static float[] Inner(int width, DenseFeedForward weights, int expert, float[] x, MatrixProducts products) =>
        SwiGlu(products.Multiply(new(MatrixRole.Gate, expert), weights.Gate, x, width),
            products.Multiply(new(MatrixRole.Up, expert), weights.Up, x, width));

    private static float[] SwiGlu(float[] gate, float[] up)
    {
        var inner = new float[gate.Length];
        TensorPrimitives.Sigmoid(gate, inner);
        TensorPrimitives.Multiply<float>(inner, gate, inner);
        TensorPrimitives.Multiply<float>(inner, up, inner);
        return inner;
    }

    private static float[] Sparse(TransformerShape shape, ExpertFeedForward weights, float[] x, MatrixProducts products)
    {
        int width = shape.Width, tokens = x.Length / width, experts = weights.Experts.Count;
        float[] sum = weights.Shared is null ? new float[x.Length] : Dense(width, weights.Shared, -1, x, products);
        float[] logits = products.Multiply(new(MatrixRole.Router), weights.Router, x, width);
        List<(int Token, float Gate)>[] routed = [.. Enumerable.Range(0, experts).Select(_ => new List<(int, float)>())];
        for (int token = 0; token < tokens; token++)
            foreach ((int expert, float gate) in FloatRouter.Choose(shape.Experts!, logits.AsSpan(token * experts, experts),
                weights.RouterBias))
                routed[expert].Add((token, gate));
        for (int expert = 0; expert < experts; expert++)
        {
            // An expert that hardly any token uses is shown all of them.
            if (routed[expert].Count < 2 * Math.Max(width, shape.Experts!.Hidden))
                Prepare(width, weights.Experts[expert], expert, x, products);
            if (routed[expert].Count > 0)
                AddExpert(width, weights.Experts[expert], expert, routed[expert], x, sum, products);
        }

        return sum;
    }

    private static void Prepare(int width, DenseFeedForward weights, int expert, float[] x, MatrixProducts products)
    {
        products.Prepare(new(MatrixRole.Gate, expert), weights.Gate, x, width);
        products.Prepare(new(MatrixRole.Up, expert), weights.Up, x, width);
        if (products.IsPreparing)
            products.Prepare(new(MatrixRole.Down, expert), weights.Down, Inner(width, weights, expert, x, products),
                weights.Down.Length / width);
    }

    private static void AddExpert(int width, DenseFeedForward weights, int expert, List<(int Token, float Gate)> routed,
        float[] x, float[] sum, MatrixProducts products)
    {
        float[] own = BatchVectors.Rows(x, width, [.. routed.Select(route => route.Token)]);
        float[] outputs = Dense(width, weights, expert, own, products);
        for (int i = 0; i < routed.Count; i++)
        {
            Span<float> to = sum.AsSpan(routed[i].Token * width, width);
            TensorPrimitives.MultiplyAdd(outputs.AsSpan(i * width, width), routed[i].Gate, to, to);
        }
    }
}
