using System.Numerics.Tensors;

namespace McuAi.ModelConverter.Language.Reals;

/// <summary>A layer's attention with what it remembers.</summary>
internal abstract class FloatAttention(TransformerShape shape, FloatRotation rotation)
{
    private readonly float _scale = (float)(shape.ScoreFactor ?? (1 / Math.Sqrt(shape.HeadWidth)));

    protected TransformerShape Shape { get; } = shape;

    protected FloatRotation Rotation { get; } = rotation;

    /// <summary>[numbers of a line's keys] the greatest that it has been given of each, as a magnitude; in latent attention of the
    /// latent and of the rotated key.</summary>
    public float[] GreatestKeys { get; private set; } = [];

    /// <summary>The greatest |value|; 0 in latent attention.</summary>
    public float GreatestValue { get; private set; }

    public static FloatAttention Of(TransformerShape shape, AttentionWeights weights, FloatRotation rotation) => weights switch
    {
        GroupedAttention grouped => new FloatGroupedAttention(shape, grouped, rotation),
        LatentAttention latent => new FloatLatentAttention(shape, latent, rotation),
        _ => throw new NotSupportedException($"{weights.GetType().Name} is not known here."),
    };

    /// <summary>The output for the normed stream x [width] of a position, which is the one after those that it has seen.</summary>
    public abstract float[] Next(float[] x, int position);

    protected void Note(ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        if (GreatestKeys.Length == 0)
            GreatestKeys = new float[keys.Length];
        TensorPrimitives.MaxMagnitude(keys, GreatestKeys, GreatestKeys);
        TensorPrimitives.Abs<float>(GreatestKeys, GreatestKeys);
        if (values.Length > 0)
            GreatestValue = Math.Max(GreatestValue, Math.Abs(TensorPrimitives.MaxMagnitude(values)));
    }

    /// <summary>How much a query looks at each position so far.</summary>
    /// <param name="keys">Of a line for each position; this head's part begins at <paramref name="first"/>.</param>
    protected float[] Weigh(ReadOnlySpan<float> query, ReadOnlySpan<float> keys, int line, int first, int positions)
    {
        var weights = new float[positions];
        for (int t = 0; t < positions; t++)
            weights[t] = _scale * TensorPrimitives.Dot(query, keys.Slice((t * line) + first, query.Length));
        TensorPrimitives.SoftMax<float>(weights, weights);
        return weights;
    }

    /// <summary>The sum of the lines' parts by these weights.</summary>
    protected static void Mix(ReadOnlySpan<float> weights, ReadOnlySpan<float> values, int line, int first, Span<float> sum)
    {
        sum.Clear();
        for (int t = 0; t < weights.Length; t++)
            TensorPrimitives.MultiplyAdd(values.Slice((t * line) + first, sum.Length), weights[t], sum, sum);
    }
}
